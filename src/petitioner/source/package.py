"""Records that come with the program, as YAML files beside its modules."""

from importlib import resources
from typing import TypeVar

from petitioner.model.types import Record
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import parse_yaml

R = TypeVar("R", bound=Record)


def read_package_record(model: type[R], package: str, name: str) -> R:
    """The record that a file of a package holds. Raises ValueError: a fault in one is a bug of the program."""
    text, problems = decode(name, (resources.files(package) / name).read_bytes())
    document, more = parse_yaml(name, text or "")
    record, faults = read_record(model, document) if document else (None, ())
    if record is None or problems or more or faults:
        raise ValueError([str(problem) for problem in (*problems, *more, *faults)])
    return record
