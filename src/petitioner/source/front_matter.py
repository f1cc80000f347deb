"""A file with a head of YAML between two lines ``---``, and a body."""

from dataclasses import dataclass

from petitioner.errors import Problem
from petitioner.source.yaml import Document, parse_yaml

_FENCE = "---"
_BETWEEN = "Put a line '---' between the subject and the text."
_FIRST = "Start the file with a line '---', then 'subject: …', then another '---' before the text."


@dataclass(frozen=True, slots=True)
class Fronted:
    """The two halves of a file; ``body`` starts on line ``body_line`` of it, and ``front`` is None after a mistake."""

    front: Document | None
    body: str
    body_line: int


def find_head(text: str) -> tuple[int, int] | None:
    """Return start and end of the YAML head in the text of a file, in characters, without the two lines ``---``."""
    lines = text.split("\n")
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    return None if end is None else (len(lines[0]) + 1, sum(len(line) + 1 for line in lines[:end]))


def split_front_matter(path: str, text: str) -> tuple[Fronted | None, tuple[Problem, ...]]:
    """Read the head and cut off the body, so that the lines of both agree with what an editor shows."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        return None, (Problem(path, 1, "L501", "the file does not start with '---' and its subject", _FIRST),)
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE), None)
    if end is None:
        return None, (Problem(path, 1, "L501", "the head that starts here has no end", _BETWEEN),)
    front, problems = parse_yaml(path, "\n".join(lines[1:end]) + "\n", first_line=2)
    if front is not None and front.value is None:
        front, problems = None, (*problems, Problem(path, 1, "L501", "the head of the letter is empty", _FIRST))
    return Fronted(front, "\n".join(lines[end + 1 :]), end + 2), problems
