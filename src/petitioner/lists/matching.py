"""Find the recipient that a row of a list is about, by its id, by what the list said before, or by kind and place."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from petitioner.checks.records.posts import normalize
from petitioner.lists.fields import Fields
from petitioner.lists.rows import ListRow
from petitioner.model.recipient import MissionKind

KEY = "key"
"""The name under which a row's key in its own list is remembered."""

NEEDED = ("kind", "country", "city", "name")
"""What every recipient has."""

_LONGEST = 40  # characters of an id

Identity = tuple[str, ...]


def identify_rows(
    rows: Iterable[ListRow], present: Mapping[str, Fields], last: Mapping[str, Fields], former: Mapping[str, str]
) -> None:
    """Give each row the id of its recipient, or a new id; leave rows that may be about several, or about one twice.

    ``last`` are the rows of the last import of this list by id, ``former`` the present ids by earlier ones.
    """
    known = _Known(present, last, former)
    taken: dict[str, ListRow] = {}
    for row in (row for row in rows if not row.left):
        id_ = _find_id(row, known, taken)
        if id_ and id_ not in present:
            _require_parts(row)
        if id_ and not row.left and (first := taken.setdefault(id_, row)) is not row:
            hint = "Delete one of the two. If they are two recipients, give each its own id in a column 'id'."
            row.leave("X119", f"this is the same recipient as on line {first.line}: {id_}", hint)
        if not row.left:
            row.fields["id"] = id_


def _require_parts(row: ListRow) -> None:
    """Leave a row for a new recipient that lacks what every recipient has."""
    have = {place.partition(".")[0] for place in row.fields}
    if missing := [name for name in NEEDED if name not in have]:
        names = " and ".join(f"'{name}'" for name in missing)
        usable = " that can be used" if row.dropped else ""
        row.leave("X118", f"the row has no {names}{usable}", "Write it into the list.")


class _Known:
    """The recipients that are known, by what identifies them."""

    def __init__(self, present: Mapping[str, Fields], last: Mapping[str, Fields], former: Mapping[str, str]) -> None:
        self.present, self.former = present, former
        counts = Counter(fields.get(KEY, "") for fields in last.values())
        self.keys = {
            fields[KEY]: id_ for id_, fields in last.items() if counts[fields.get(KEY, "")] == 1 and KEY in fields
        }
        self.last = _index({id_: fields for id_, fields in last.items() if self.find(id_) in present})
        self.own = _index(present)

    def find(self, id_: str) -> str:
        """Return the present id of a recipient."""
        return self.former.get(id_, id_)

    def match(self, row: ListRow) -> tuple[str, ...]:
        """Return the ids of the recipients that a row may be about; first by what the list itself said last time."""
        if row.key in self.keys and self.find(self.keys[row.key]) in self.present:
            return (self.find(self.keys[row.key]),)
        for index in (self.last, self.own):
            if found := sorted({self.find(id_) for one in _list_identities(row.fields) for id_ in index.get(one, ())}):
                return tuple(found)
        # A state has one embassy in a country, also where lists name a borough as its city.
        place = row.fields.get("country"), MissionKind.EMBASSY
        own = (id_ for id_, fields in self.present.items() if (fields.get("country"), fields.get("kind")) == place)
        return tuple(own) if row.fields.get("kind") == MissionKind.EMBASSY else ()


def _index(recipients: Mapping[str, Fields]) -> Mapping[Identity, set[str]]:
    index: dict[Identity, set[str]] = {}
    for id_, fields in recipients.items():
        for identity in _list_identities(fields):
            index.setdefault(identity, set()).add(id_)
    return index


def _list_identities(fields: Fields) -> Iterator[Identity]:
    """Yield kind, country and city, in each language, and each name."""
    for place, text in fields.items():
        if place.startswith("city.") and {"kind", "country"} <= fields.keys():
            yield fields["kind"], fields["country"], normalize(text)
        elif place.startswith("name."):
            yield "name", normalize(text)


def _find_id(row: ListRow, known: _Known, taken: Mapping[str, ListRow]) -> str:
    """Return the id of a row's recipient; empty, with the reason in the row, if nobody can say which it is."""
    given, matches = known.find(row.fields.get("id", "")), known.match(row)
    if given in known.present:
        return given
    if len(matches) > 1:
        hint = "Say which in a column 'id' of the list."
        row.leave("X119", f"this may be one of several recipients: {', '.join(matches)}", hint)
        return ""
    if given and matches:
        hint = f"If it is the same, write {matches[0]} in the list. If not, correct kind, city or name."
        row.leave("X119", f"the id {given} is new, but kind and place, or the name, are those of {matches[0]}", hint)
        return ""
    return given or next(iter(matches), "") or _make_id(row, known, taken)


def _make_id(row: ListRow, known: _Known, taken: Mapping[str, ListRow]) -> str:
    """Return country and city as an id such as jp-osaka; with the kind if another kind of mission there has it."""
    country, kind = row.fields.get("country", ""), row.fields.get("kind", "")
    cities = [row.fields.get("city.en", ""), *row.list_texts("city")]
    city = next((slug for text in cities if (slug := _slug(text))), "")
    if any(cities) and not city:
        hint = "Add a column 'id', such as jp-osaka, or a column with the city in Latin letters: city.en."
        row.leave("X118", "no id can be made of a city that is not in Latin letters", hint)
        row.fields["id"] = f"line-{row.line}"  # so that the rest of the row is checked, too
    plain = f"{country.lower()}-{city}"[:_LONGEST].rstrip("-")
    other = taken[plain].fields if plain in taken else known.present.get(plain)
    is_other = plain in known.former or (other is not None and other.get("kind") != kind)
    return f"{plain}-{kind}"[:_LONGEST].rstrip("-") if is_other else plain


def _slug(text: str) -> str:
    """Return a text as lower-case words of ASCII joined by hyphens, or an empty text if it is in another script."""
    words = [normalize(word) for word in re.split(r"[^\w]+", text.replace("'", "").replace("’", ""))]
    slug = "-".join(word for word in words if word)
    return slug if slug.isascii() else ""
