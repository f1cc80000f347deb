"""Words in the names of a list that are probably typing errors, since nearly all other rows write another one."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches

from petitioner.lists.rows import AS_IT_IS, ListRow

_WORD = re.compile(r"[^\W\d_]{5,}")
_MAX_RARE, _MIN_USUAL = 2, 10  # how often a word is in the whole list
_SIMILAR = 0.83  # finds Repeblic and ofChina, but not Consular beside Consulate


def check_spelling(rows: Sequence[ListRow]) -> None:
    """Report each rare word in a name that is similar to a usual one; only words of alphabets are compared."""
    names = [(row, place, text) for row in rows for place, text in row.fields.items() if place.startswith("name.")]
    counts = Counter(word for _, _, text in names for word in map(str.casefold, _WORD.findall(text)))
    usual = [word for word, count in counts.items() if count >= _MIN_USUAL]
    for row, place, text in names:
        for word in _WORD.findall(text):
            rare = counts[word.casefold()] <= _MAX_RARE
            if rare and (near := get_close_matches(word.casefold(), usual, n=1, cutoff=_SIMILAR)):
                message = f"'{word}' may be a typing error: {counts[near[0]]} names have '{near[0]}'"
                row.report(place, "X121", message, "Correct it in recipients.yaml, if it is one.", AS_IT_IS)
