"""Records that come with the program, as YAML files beside its modules."""

from importlib import resources
from typing import TypeVar

from petitioner.errors import WorkspaceError
from petitioner.model.types import Record
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import parse_yaml

R = TypeVar("R", bound=Record)


def read_package_record(model: type[R], package: str, name: str) -> R:
    """The record that a file of a package holds. Raises WorkspaceError: people add such files, or change them."""
    path = f"{package.replace('.', '/')}/{name}"
    text, problems = decode(path, (resources.files(package) / name).read_bytes())
    document, more = parse_yaml(path, text or "")
    record, faults = read_record(model, document) if document else (None, ())
    if record is None or problems or more or faults:
        hint = "The file is a part of the program. Correct it, or install petitioner again."
        raise WorkspaceError((*problems, *more, *faults), hint)
    return record
