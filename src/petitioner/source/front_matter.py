"""A file with a head of YAML between two lines ``---``, and a body."""

from dataclasses import dataclass

from petitioner.errors import Problem
from petitioner.source.yaml import Document, parse_yaml

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Fronted:
    """The two halves of a file; ``body`` starts on line ``body_line`` of it."""

    front: Document | None
    body: str
    body_line: int


def split_front_matter(path: str, text: str) -> tuple[Fronted | None, tuple[Problem, ...]]:
    """Read the head and cut off the body, so that the lines of both agree with what an editor shows."""
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        hint = "Start the file with a line '---', then 'subject: …', then another '---' before the text."
        return None, (Problem(path, 1, "L501", "the file does not start with '---' and its subject", hint),)
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE]
    if not ends:
        hint = "Put a line '---' between the subject and the text."
        return None, (Problem(path, 1, "L501", "the head that starts here has no end", hint),)
    front, problems = parse_yaml(path, "\n".join(lines[1 : ends[0]]) + "\n", first_line=2)
    return Fronted(front, "\n".join(lines[ends[0] + 1 :]), ends[0] + 2), problems
