"""Whether a native reader has read each text of a campaign in its present form.

A reading is of a text: the head, the body and the paragraphs that it includes, as written. Comments and ``read_by`` do
not count, nor do the names and dates that are filled in.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from petitioner.files import digest
from petitioner.inputs.letters import NOTE
from petitioner.inputs.workspace import Workspace
from petitioner.model.letter import Template
from petitioner.templates.jinja import collect_texts

_PARAGRAPH_END = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+[.)]) )")
_LENGTH = 16  # hexadecimal digits: enough to notice a change, and short enough for a line


@dataclass(frozen=True, slots=True)
class UnreadText:
    """A text that no native reader has read in its present form, and the reason."""

    template: Template
    reason: str


def format_text_name(template: Template) -> str:
    """Return the name of a text, such as ``petition.ja``."""
    return f"{template.stem}.{template.language}"


def digest_text(template: Template, shared: Mapping[str, str]) -> str:
    """Return the digest of all words of a text. ``shared`` are paragraphs to include."""
    words = collect_texts((*_list_head(template), template.body), shared)
    return digest(json.dumps(words, ensure_ascii=False).encode())[:_LENGTH]


def list_paragraphs(template: Template, shared: Mapping[str, str]) -> tuple[str, ...]:
    """Return what ``digest_text`` covers, each paragraph and each entry of a list as one line, to compare two texts."""
    texts = collect_texts((*_list_head(template), template.body), shared)
    parts = (part for text in texts for part in _PARAGRAPH_END.split(text))
    return tuple(line for part in parts if (line := " ".join(part.split())))


def _list_head(template: Template) -> tuple[str, str, str, str]:
    front = template.front
    return front.subject, front.salutation or "", front.opening or "", front.closing


def list_used_texts(workspace: Workspace) -> tuple[Template, ...]:
    """Return the texts that some recipient gets: letters, then covering notes."""
    letters = {tag for who in workspace.written_to for tag in who.languages}
    notes = {who.note_language for who in workspace.written_to}
    used = (one for one in workspace.templates.values() if one.language in (notes if one.stem == NOTE else letters))
    return tuple(sorted(used, key=lambda one: (one.stem == NOTE, one.stem)))


def find_unread(templates: Iterable[Template], shared: Mapping[str, str]) -> tuple[UnreadText, ...]:
    """Return the texts that no native reader has read in their present form."""
    found = ((template, _explain(template, shared)) for template in templates)
    return tuple(UnreadText(template, reason) for template, reason in found if reason)


def format_unread(unread: Iterable[UnreadText]) -> Iterator[str]:
    """Yield one line with all unread texts and the next command, or no line."""
    texts = tuple(unread)
    if not texts:
        return
    never = ", ".join(format_text_name(one.template) for one in texts if one.template.front.read_by is None)
    reasons = [f"no native reader has read {never}"] if never else []
    reasons += [one.reason for one in texts if one.template.front.read_by is not None]
    languages = " ".join(dict.fromkeys(one.template.language for one in texts))
    yield f"Still to be read: {'; '.join(reasons)}. Once that is done: petitioner read {languages}"


def list_unread(unread: Iterable[UnreadText]) -> list[dict[str, str]]:
    """Return one JSON object for each text."""
    return [
        {
            "path": one.template.origin.path,
            "letter": one.template.stem,
            "language": one.template.language,
            "reason": one.reason,
        }
        for one in unread
    ]


def _explain(template: Template, shared: Mapping[str, str]) -> str:
    """Return why a text is unread, or an empty text if it was read."""
    reading, name = template.front.read_by, format_text_name(template)
    if reading is None:
        return f"no native reader has read {name}"
    if reading.text is None:
        return f"'read_by' of {name} does not say which text {reading.name} read on {reading.date}"
    if reading.text != digest_text(template, shared):
        return f"{name} was changed since {reading.name} read it on {reading.date}"
    return ""
