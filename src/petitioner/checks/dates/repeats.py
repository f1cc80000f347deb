"""Repeats: a letter that is word for word the one of another year."""

from collections.abc import Iterator

from petitioner.checks.proof import hide_comments
from petitioner.errors import Problem
from petitioner.model.codes import severity_of
from petitioner.model.letter import Template
from petitioner.workspace import Workspace


def check_repeats(workspace: Workspace) -> Iterator[Problem]:
    """A problem for each letter whose text is that of the same letter of an earlier year."""
    for template in workspace.templates.values():
        for other in workspace.earlier:
            if (other.stem, other.language) == (template.stem, template.language) and _has_words_of(template, other):
                message = f"the text is word for word that of {other.origin.path}"
                hint = "Read it again as of this year; when it is meant to be the same, accept the warning."
                yield Problem(template.origin.path, template.body_line, "D110", message, hint, severity_of("D110"))
                break


def _has_words_of(one: Template, other: Template) -> bool:
    return _list_words(one) == _list_words(other)


def _list_words(template: Template) -> list[str]:
    """The words of a template; what is not printed, and how lines were broken, does not count."""
    return hide_comments(template.body).replace("\0", "").split()
