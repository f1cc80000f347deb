"""The address field, which shows in the window of the envelope, line by line."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from math import inf, nextafter

from petitioner.errors import Problem
from petitioner.model.letter import AddressField, AddressLine, AddressPart, LocalizedLine
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.recipient import Recipient
from petitioner.model.theme import ADDRESSEE_SIZE, MM_PER_PT, REFERENCE_SIZE
from petitioner.model.types import Location, Origin
from petitioner.tables.locales import load_locales
from petitioner.templates.values import CONTEXTS, Measure, MergeContext, decline, format_care_of, inflect_addressee

_LINES = "{lines}"
_TIGHTEST = 1.05  # line pitch as a multiple of the font's size: less, and descenders meet ascenders
_WIDE = 104.0  # mm that an address may fill without a window
_BESIDE = 4.0  # mm at the least between the address and the reference beside it
_NAMES = ("{name}", "{mission}")
_FOOT = 0.6  # mm that the last line's descenders keep from the foot of the window
_KEPT = "\u00a0"  # stands for a space where a name is not broken
_BREAK = "Break it into two lines."
_WRAP = "Shorten it, or put a space where it may be broken."

# One object for equal lines: those of the addressee are in each letter.
_make_line = lru_cache(maxsize=KEPT_TEXTS)(AddressLine)
_make_localized = lru_cache(maxsize=KEPT_TEXTS)(LocalizedLine)


@dataclass(frozen=True, slots=True)
class _LocatedLine:
    """A line of the address, the place of its words in the files, and whether it names a person or a mission."""

    line: AddressLine
    origin: Origin
    key: Location
    is_name: bool = False
    goes_on: bool = False

    def wrap(self, width: float, measure: Measure) -> Iterator["_LocatedLine"]:
        """Yield the line, or several if it is too long and may be broken."""
        for number, line in enumerate(wrap_address(self.line, width, measure)):
            yield self if line is self.line else replace(self, line=line, goes_on=number > 0)


def make_address_field(recipient: Recipient, context: MergeContext) -> tuple[AddressField, tuple[Problem, ...]]:
    """Return what the window shows: the return line of the sender, and the address at the pitch that fills the field.

    The problems name each line that is too wide, and an address with too many lines.
    """
    window = context.theme.window
    located = tuple(_list_address(recipient, context, is_shown=context.campaign.post.window is not None))
    has_window = context.campaign.post.window is not None or context.theme.names_window
    if not has_window:
        return _make_plain_field(recipient, located, context)
    lines = tuple(line for one in located for line in one.wrap(window.width, context.measure))
    posted = tuple(_list_address(recipient, context, is_shown=True))
    back = _set_return_line(context, abroad=_is_abroad(recipient, context))
    height = window.bottom - window.return_line - window.gap - _FOOT
    problems = (
        *(problem for line in lines for problem in _check_width(line, context, window.width)),
        *_check_return_line(back, context),
        *_check_height(len(lines), height, recipient, context),
    )
    pitch = min(window.max_pitch, height / len(lines))
    return AddressField(back, _speak(lines), pitch, tuple(one.line for one in posted)), problems


def _make_plain_field(
    recipient: Recipient, located: tuple[_LocatedLine, ...], context: MergeContext
) -> tuple[AddressField, tuple[Problem, ...]]:
    """Return an address that no window shows: larger, and with room for longer lines."""
    fonts = context.theme.fonts[context.locale.tag]
    # Lines are measured in the size of a window's font.
    scale = context.theme.window.font_size / max(fonts.size, ADDRESSEE_SIZE)
    width = _WIDE * scale
    room = min(width, _measure_beside_reference(recipient, context) * scale)
    lines = tuple(line for one in located for line in one.wrap(room, context.measure))
    posted = tuple(one.line for one in _list_address(recipient, context, is_shown=True))
    back = _set_return_line(context, abroad=_is_abroad(recipient, context))
    problems = tuple(problem for line in lines for problem in _check_width(line, context, width))
    return AddressField(back, _speak(lines), fonts.pitch * MM_PER_PT, posted, has_window=False), problems


def _measure_beside_reference(recipient: Recipient, context: MergeContext) -> float:
    """Return the width in mm that the reference leaves beside it; an id may be long: bn-bandar-seri-begawan."""
    theme, locale = context.theme, context.locale
    reference = locale.reference.format(reference=context.campaign.make_reference(recipient.id))
    taken = context.measure(reference, locale.tag) * REFERENCE_SIZE / theme.window.font_size
    return theme.limit_column(locale.layout.column) - taken - _BESIDE


def _speak(lines: Iterable[_LocatedLine]) -> tuple[LocalizedLine, ...]:
    return tuple(_make_localized(one.line.text, one.line.language, one.is_name, one.goes_on) for one in lines)


def wrap_address(line: AddressLine, width: float, measure: Measure) -> tuple[AddressLine, ...]:
    """Return an address line broken to a width (mm) at spaces. Lines of the postal address are never broken."""
    if line.is_verbatim or measure(line.text, line.language) <= width:
        return (line,)

    def measure_text(text: str) -> float:
        return measure(text, line.language)

    pieces = wrap_line(line.text, width, measure_text)
    joints = load_locales()[line.language].joints
    if joints:
        whole = re.sub(joints, "\n", line.text).replace(" ", _KEPT).replace("\n", " ")
        jointed = wrap_line(whole, width, measure_text)
        pieces = jointed if all(measure_text(piece) <= width for piece in jointed) else pieces
    return tuple(replace(line, text=text.replace(_KEPT, " ")) for text in pieces)


def wrap_line(text: str, width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    """Break a line at spaces, also full-width ones, into as few lines as fit the width, about equally long.

    A word that is wider is not broken. ``measure`` returns the width of a text in the unit of ``width``.
    """
    pieces = re.split(r"([ \u3000]+)", text)
    words = [pieces[0], *(space + word for space, word in zip(pieces[1::2], pieces[2::2], strict=True))]
    lines = narrower = _fill_lines(words, width, measure)
    limit = nextafter(width, inf)
    # The smallest width that gives no more lines balances them: no single word is left on the last.
    while len(narrower) <= len(lines):
        lines = narrower
        limit = max((wide for line in lines if (wide := measure(line.strip())) < limit), default=0.0)
        if not limit:
            break
        narrower = _fill_lines(words, nextafter(limit, 0), measure)
    return lines


def join_address(lines: Iterable[str], language: str) -> str:
    """Join the lines of an address into one, as their language does."""
    pattern = load_locales()[language].joined_lines
    return reduce(lambda first, second: pattern.format(first=first, second=second), lines)


def _fill_lines(words: list[str], width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    lines = [words[0]]
    for word in words[1:]:
        if measure((lines[-1] + word).strip()) <= width:
            lines[-1] += word
        else:
            lines.append(word.strip())
    return tuple(lines)


def _list_address(recipient: Recipient, context: MergeContext, *, is_shown: bool) -> Iterator[_LocatedLine]:
    """Yield the unbroken lines in the order of the letter's language; the country follows the street.

    On mail abroad the country must be on the last line (UPU S42). So if the post sees this address, the order of a
    language that begins with the street is reversed.
    """
    patterns = context.locale.address
    abroad = _is_abroad(recipient, context)
    if abroad and is_shown and patterns[-1] != _LINES:
        patterns = patterns[::-1]
    parts = _list_name_parts(recipient, context)
    for pattern in patterns:
        if pattern == _LINES:
            yield from _list_lines(recipient, context.locale.tag, abroad=abroad)
        else:
            yield from _fill_pattern(pattern, parts, recipient, context)


def _list_lines(recipient: Recipient, tag: str, *, abroad: bool) -> Iterator[_LocatedLine]:
    """Yield the lines of the postal address, and on mail abroad the country."""
    origin, address = recipient.origin, recipient.address
    language = address.choose_language(tag)
    for place, line in enumerate(address.lines[language]):
        yield _LocatedLine(_make_line(line, language, AddressPart.PLACE), origin, ("address", "lines", language, place))
    if abroad and (country := address.country_line.get(language)):
        spoken = _make_line(country, language, AddressPart.COUNTRY)
        yield _LocatedLine(spoken, origin, ("address", "country_line", language))


def _list_name_parts(recipient: Recipient, context: MergeContext) -> Mapping[str, str]:
    """Return the words of the address that are not lines of the place."""
    case = context.locale.address_case
    return {
        **{part: decline(inflect_addressee(part, context), case) for part in ("honorific", "name", "title")},
        "care_of": format_care_of(recipient, context),
        "mission": recipient.name[context.locale.tag],
    }


def _fill_pattern(
    pattern: str, parts: Mapping[str, str], recipient: Recipient, context: MergeContext
) -> Iterator[_LocatedLine]:
    tag = context.locale.tag
    text = pattern.format_map(parts).strip()
    keys = {"{mission}": ("name",), "{care_of}": ("head", "name")}
    own = next((key for part, key in keys.items() if part in pattern), None)
    part = "title" if "{title}" in pattern else "name"
    origin, key = (recipient.origin, own) if own else (context.campaign.origin, ("addressee", part))
    if text:
        is_name = any(name in pattern for name in _NAMES)
        yield _LocatedLine(_make_line(text, tag, AddressPart.NAME), origin, (*key, tag), is_name)


def _is_abroad(recipient: Recipient, context: MergeContext) -> bool:
    return recipient.country != context.campaign.sender.country


@lru_cache(maxsize=2 * CONTEXTS)
def _set_return_line(context: MergeContext, *, abroad: bool) -> LocalizedLine:
    sender = context.campaign.sender
    language = sender.address.choose_language(context.locale.tag)
    lines = [sender.short_name, *sender.address.lines[language]]
    if abroad and (country := sender.address.country_line.get(language)):
        lines.append(country)
    return LocalizedLine(join_address(lines, language), language)


def _check_width(line: _LocatedLine, context: MergeContext, room: float) -> Iterator[Problem]:
    width = context.measure(line.line.text, line.line.language)
    if width > room:
        field = "window" if room == context.theme.window.width else "address"
        message = f"this line is {width:.1f} mm long, and {room:.3g} mm fit the {field}: {line.line.text!r}"
        hint = _BREAK if line.line.is_verbatim else _WRAP
        yield Problem(line.origin.path, line.origin.line_of(*line.key), "A801", message, hint)


def _check_return_line(back: LocalizedLine, context: MergeContext) -> Iterator[Problem]:
    window, origin = context.theme.window, context.campaign.origin
    width = context.measure(back.text, back.language) * window.return_font_size / window.font_size
    if width > window.width:
        hint = "Shorten 'sender.short_name', or the lines of the sender's address."
        message = f"the return line is {width:.1f} mm long, and {window.width:g} mm fit the window: {back.text!r}"
        yield Problem(origin.path, origin.line_of("sender", "address", "lines", back.language), "A803", message, hint)


def _check_height(count: int, height: float, recipient: Recipient, context: MergeContext) -> Iterator[Problem]:
    tag, address = context.locale.tag, recipient.address
    room = int(height / (context.theme.window.font_size * MM_PER_PT * _TIGHTEST))
    if count > room:
        message = f"the address of {recipient.id} has {count} lines in {tag}, and {room} fit the window"
        line = recipient.origin.line_of("address", "lines", address.choose_language(tag))
        yield Problem(recipient.origin.path, line, "A802", message, "Join lines of 'address.lines'.")
