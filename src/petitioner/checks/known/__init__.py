"""The table of what is known, ``facts.yaml``: facts that letters tell, and who held an office until when."""

import re
from functools import cache

from petitioner.model.knowledge import Known
from petitioner.source.package import read_package_record


@cache
def load_known() -> Known:
    """Return the table of what is known. Read once a process."""
    return read_package_record(Known, __name__, "facts.yaml")


@cache
def compile_words(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the table, which is tried on folded text and without regard to case."""
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
