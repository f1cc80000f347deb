"""The words of the report: one YAML file for each language in this folder, ``words.`` and its tag."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from petitioner.model.types import OWN_LANGUAGE, Record
from petitioner.source.records import read_package_record

_FILE = "words.{}.yaml"


class ReportWords(Record):
    """The words of one language: ``texts`` by their keys, and the words for outcomes, channels and states."""

    texts: Mapping[str, str]
    outcomes: Mapping[str, str]
    channels: Mapping[str, str]
    states: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a text with its values filled in. Raises KeyError for an unknown text."""
        return self.texts[key].format(**values)


def choose_language(wanted: str) -> str:
    """Return the language in which the report is written: the wanted one if there are words, or else our own."""
    there = (resources.files(__package__) / _FILE.format(wanted)).is_file()
    return wanted if there else OWN_LANGUAGE


@cache
def load_words(language: str) -> ReportWords:
    """Return the words of a language that has a file. Raises WorkspaceError for a faulty file."""
    return read_package_record(ReportWords, __package__ or "", _FILE.format(language))
