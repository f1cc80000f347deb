"""The address field: what shows in the window of the envelope, line by line."""

import re
from collections.abc import Callable, Iterable, Iterator

from petitioner.errors import Problem
from petitioner.merge.material import Material, name_head
from petitioner.model.letter import AddressField, Spoken
from petitioner.model.locale import Locale
from petitioner.model.recipient import Recipient

_MM_PER_PT = 25.4 / 72
_TIGHTEST = 1.05  # line pitch as a multiple of the font's size: less, and descenders meet ascenders
_FOOT = 0.6  # mm that the last line's descenders keep from the foot of the window


def set_address(recipient: Recipient, material: Material) -> tuple[AddressField | None, tuple[Problem, ...]]:
    """The window's content: one small line of the sender, and lines that fit, at the pitch that fills the field."""
    window, origin = material.theme.window, recipient.origin
    lines = tuple(_list_address(recipient, material))
    back = _set_return_line(recipient, material)
    problems = [
        _refuse_width(line, width, material, recipient)
        for line in lines
        if (width := material.measure(line.text, line.language)) > window.width
    ]
    small = window.return_font_size / window.font_size
    if (width := material.measure(back.text, back.language) * small) > window.width:
        hint = "Shorten 'sender.short_name' or the sender's address in campaign.yaml."
        message = f"the return line is {width:.0f} mm long, and {window.width:.0f} mm fit the window: {back.text!r}"
        problems.append(Problem(material.campaign.origin.path, 0, "A803", message, hint))
    height = window.bottom - window.return_line - window.gap - _FOOT
    room = int(height / (window.font_size * _MM_PER_PT * _TIGHTEST))
    if len(lines) > room:
        message = f"the address of {recipient.id} has {len(lines)} lines in {material.locale.tag}, and {room} fit"
        problems.append(Problem(origin.path, origin.line, "A802", message, "Join lines of 'address.lines'."))
    if problems:
        return None, tuple(problems)
    return AddressField(back, lines, min(window.max_pitch, height / len(lines))), ()


def _refuse_width(line: Spoken, width: float, material: Material, recipient: Recipient) -> Problem:
    room = material.theme.window.width
    message = f"this line is {width:.0f} mm long, and {room:.0f} mm fit the window: {line.text!r}"
    return Problem(recipient.origin.path, recipient.origin.line, "A801", message, "Break it into two lines.")


def _set_return_line(recipient: Recipient, material: Material) -> Spoken:
    sender = material.campaign.sender
    language = sender.address.language_for(material.locale.tag)
    lines = [sender.short_name, *sender.address.lines[language]]
    if recipient.country != sender.country and (country := sender.address.country_line.get(language)):
        lines.append(country)
    return Spoken(join_address(lines, material.locale), language)


def _list_address(recipient: Recipient, material: Material) -> Iterator[Spoken]:
    """The lines in the order of the letter's language; those that the program puts together may wrap at a blank."""
    locale, addressee = material.locale, material.campaign.addressee
    tag, language = locale.tag, recipient.address.language_for(locale.tag)
    parts = {
        "honorific": addressee.honorific.get(tag, ""),
        "name": addressee.name[tag],
        "title": addressee.title[tag],
        "care_of": locale.care_of.format(head=name_head(recipient, material)).strip(),
        "mission": recipient.name[tag],
    }
    for pattern in locale.address:
        if pattern == "{lines}":
            yield from (Spoken(line, language) for line in recipient.address.lines[language])
        elif text := pattern.format_map(parts).strip():
            yield from (Spoken(line, tag) for line in _wrap(text, material))
    abroad = recipient.country != material.campaign.sender.country
    if abroad and (country := recipient.address.country_line.get(language)):
        # The post office of the sender reads the last line, and no other (UPU S42).
        yield Spoken(country, language)


def _wrap(text: str, material: Material) -> tuple[str, ...]:
    """Break a line at blanks, also full-width ones: into as few lines as the window allows, all about as long."""
    pieces = re.split(r"([ \u3000]+)", text)
    words = [pieces[0], *(blank + word for blank, word in zip(pieces[1::2], pieces[2::2], strict=True))]

    def measure(line: str) -> float:
        return material.measure(line.strip(), material.locale.tag)

    lines = _fill_lines(words, material.theme.window.width, measure)
    # The narrowest width that still takes as few lines leaves no word alone on the last one.
    widths = sorted(measure("".join(words[a:b])) for a in range(len(words)) for b in range(a + 1, len(words) + 1))
    narrow = (_fill_lines(words, width, measure) for width in widths)
    fits = (broken for broken in narrow if max(map(measure, broken)) <= max(map(measure, lines)))
    return next((broken for broken in fits if len(broken) == len(lines)), lines)


def _fill_lines(words: list[str], width: float, measure: Callable[[str], float]) -> tuple[str, ...]:
    lines = [words[0]]
    for word in words[1:]:
        if measure(lines[-1] + word) <= width:
            lines[-1] += word
        else:
            lines.append(word.strip())
    return tuple(lines)


def join_address(lines: Iterable[str], locale: Locale) -> str:
    """The lines of an address as one line."""
    return (", " if locale.joins_lines_with_space else "　").join(lines)
