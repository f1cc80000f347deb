"""From the bytes of an e-mail to what it tells about one of ours."""

import re
import unicodedata
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from petitioner.mailbox.headers import get_header, make_line
from petitioner.mailbox.mail import Mail, Mentions, Nature, Place, Trouble
from petitioner.mailbox.nature import Signs, judge, judge_report
from petitioner.mailbox.notices import load_notices
from petitioner.mailbox.parsing import TooMuchError, Words, is_text, parse, read_text, read_words
from petitioner.mailbox.statuses import guess_failures, read_statuses
from petitioner.message.writing import TOKEN

# Every pattern here is bounded so that no text, whatever is in it, takes longer than its length.
_ID = re.compile(r"<[^<>\s]{1,300}@[^<>\s]{1,300}>")
_BARE_ID = re.compile(
    r"(?im)^[>| \t]*(?:[\w-]*-)?Message-ID:[ \t]*([^<>\s]+@[^<>\s]+)"
)  # without the brackets due to it
_TOKEN = re.compile(rf"(?mi)^[>| \t]*{re.escape(TOKEN)}:[ \t]*([0-9a-f]{{24}})\b")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_-])[A-Z][A-Z0-9]{1,11}(?:-[A-Za-z0-9]+)+(?![A-Za-z0-9_-])")
# What input methods and word processors write for a hyphen, between letters and digits of a reference.
_HYPHENS = re.compile(
    r"(?<=[A-Za-z0-9])[\u00ad\u058a\u2010-\u2015\u2043\u2212\u2500\u30fc\ufe58\ufe63\uff0d\uff70](?=[A-Za-z0-9])"
)
_NAMING = ("In-Reply-To", "References", "X-Microsoft-Original-Message-ID", "Original-Message-ID")
_NATURES = {"failed": Nature.BOUNCE, "delayed": Nature.PENDING, "delivered": Nature.RECEIPT}
_NATURES |= dict.fromkeys(("relayed", "expanded"), Nature.PENDING)
_LONGEST = 300  # characters of a header that are kept
_MOST_WORDS = 200_000  # characters of text that are looked through
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # what lies outside is a broken clock, and may not fit into another time zone


def read_mail(content: bytes, place: Place = Place.FILE) -> Mail:
    """What an e-mail tells. Never raises, whatever the bytes are: what cannot be read is of that nature."""
    load_notices()  # a fault in that table is no fault of the e-mail
    try:
        return _read(content, place)
    except TooMuchError as error:
        return Mail(Nature.UNREADABLE, place, "", None, "", f"an e-mail with {error}", Mentions(), (), "", content)
    except Exception:  # noqa: BLE001 - Python's parser falls over what spammers write in more ways than can be listed
        return Mail(Nature.UNREADABLE, place, "", None, "", "", Mentions(), (), "", content)


def _read(content: bytes, place: Place) -> Mail:
    mail = parse(content)
    words = read_words(mail)
    signs = Signs(mail, words)
    nature, troubles = _judge(mail, words, signs)
    found = _ID.search(get_header(mail, "Message-ID"))
    hops = mail.get_all("Received") or [""]
    named = [str(value) for name in ("To", "Cc", "Bcc") for value in mail.get_all(name, [])]
    return Mail(
        nature=nature,
        place=place,
        id=found.group() if found else "",
        sent=_read_date(mail),
        sender=signs.sender,
        subject=signs.subject[:_LONGEST],
        mentions=_gather_mentions(mail),
        troubles=troubles,
        received=make_line(str(hops[-1]))[:_LONGEST],
        content=content,
        recipients=frozenset(make_line(address).lower() for _, address in getaddresses(named)) - {""},
    )


def _judge(mail: Message, words: Words, signs: Signs) -> tuple[Nature, tuple[Trouble, ...]]:
    if nature := judge_report(mail):
        return nature, ()
    if TOKEN in mail and not signs.is_report:
        return Nature.COPY, ()
    if signs.may_be_notice:
        troubles = tuple(read_statuses(mail, words))
        natures = {_NATURES.get(trouble.action) for trouble in troubles}
        for nature in (Nature.BOUNCE, Nature.PENDING, Nature.RECEIPT):
            if nature in natures:
                return nature, troubles
    nature, is_certain = judge(signs)
    return nature, tuple(guess_failures(mail, words)) if nature is Nature.BOUNCE and is_certain else ()


def _gather_mentions(mail: Message) -> Mentions:
    """The marks in the e-mail's own headers, in those of the e-mail that it returns, and in its words."""
    heads: list[str] = []
    words: list[str] = []
    for part in mail.walk():
        heads += [get_header(part, name) for name in _NAMING]
        if part is not mail or TOKEN in mail:
            heads.append(get_header(part, "Message-ID"))
        words += [f"{TOKEN}: {get_header(part, TOKEN)}", get_header(part, "Subject")]
        if is_text(part):
            words.append(read_text(part))
    text = "\n".join(words)[:_MOST_WORDS]
    ids = {*_ID.findall(" ".join(heads)), *_ID.findall(text), *(f"<{bare}>" for bare in _BARE_ID.findall(text))}
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text))
    return Mentions(frozenset(ids), frozenset(_TOKEN.findall(text)), frozenset(_REFERENCE.findall(plain)))


def _read_date(mail: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(get_header(mail, "Date"))
    except (ValueError, TypeError, OverflowError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)  # -0000: in UTC, from nobody knows where (RFC 5322, 3.3)
    return aware if _FIRST_YEAR <= date.year <= _LAST_YEAR else None
