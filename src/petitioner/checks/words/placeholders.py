"""Placeholders: what a writer left to be filled in, or left out."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from petitioner.checks.proof import Proof
from petitioner.checks.words.slips import Slip, quote, tell_slips
from petitioner.errors import Problem
from petitioner.locales import load_locales

_DOTS = re.compile(r"\.{3,}|．{3,}|・{3,}")


def check_placeholders(proof: Proof) -> Iterator[Problem]:
    """Problems for words that stand for others which nobody has written yet, in whatever language."""
    for part in proof.parts:
        yield from tell_slips(proof, part, find_placeholders(part.text))


@lru_cache(maxsize=8192)
def find_placeholders(text: str) -> tuple[Slip, ...]:
    """Placeholders of all languages, since they stay behind when a letter is translated; and three dots."""
    hint = "Write what belongs there, or take it out."
    left = [found for pattern in _list_patterns() for found in pattern.finditer(text)]
    placeholders = {found.span(): found.group() for found in left}
    gaps = {found.span(): found for found in _DOTS.finditer(text)}
    return (
        *(Slip(*span, "W204", f"'{words}' is still to be filled in", hint) for span, words in placeholders.items()),
        *(
            Slip(
                *span,
                "W218",
                f"something seems to be left out in '{quote(text, *span)}'",
                f"{hint} An ellipsis is '…'.",
            )
            for span in gaps
        ),
    )


@cache
def _list_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for locale in load_locales().values() for pattern in locale.wording.placeholders)
