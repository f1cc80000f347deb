"""Who has taken up which packet, for all mailing logs of this user on this machine.

A log can be deleted, cloned without, copied or restored, and then it does not know what has left. So each packet is
claimed here before it leaves: by campaign, edition, channel, destination and attempt, and not by the recipient's id or
name, which can be retyped. A claim is never taken away. It names the entry of the log that made it by the hash of that
entry: a log that holds the entry made the claim, and no other did. Other machines and other users are not covered.
"""

import hmac
import json
import re
import secrets
import unicodedata
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from errno import EDQUOT, ENOSPC
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from petitioner.errors import PetitionerError
from petitioner.files import read_regular_file, sync_folder, write_atomically, write_new
from petitioner.inputs.settings import locate_data

_KEY: Final = "key"
_KEY_SIZE: Final = 32  # bytes, as long as the hash (RFC 2104 §3)
_NAME: Final = re.compile(r"([0-9a-f]{64})\.([1-9][0-9]*)\.([1-9][0-9]*)")  # mark, attempt, number


@dataclass(frozen=True, slots=True)
class Target:
    """Where a packet goes: a mailing, a channel, and a destination as the log holds it, line by line."""

    campaign: str
    edition: int
    channel: str
    destination: str

    @property
    def places(self) -> tuple[str, ...]:
        """What two ways to write one destination have in common: of an e-mail each address, else all of it."""
        return normalize_destination(self.channel, self.destination)


@dataclass(frozen=True, slots=True)
class Claim:
    """One packet that was taken up. ``event`` is the hash of the entry that did it, ``log`` identifies the log.

    ``recipient`` is the id that it had there, ``name`` a keyed hash of its name, ``kind`` what the entry says happened.
    ``at`` is the time in UTC.
    """

    attempt: int
    recipient: str
    name: str
    kind: str
    event: str
    log: str
    folder: str
    at: str


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of this user in one mailing, as they were when they were read."""

    key: bytes = b""
    found: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, campaign: str, edition: int) -> Self:
        """Read them; none were made where there is no folder. Raises ``PetitionerError`` when they cannot be read."""
        folder = locate_claims()
        with _explain(folder, "read"):
            if not (key := _read_key(folder)):
                return cls()
            mailing = _locate_mailing(folder, key, campaign, edition)
            found: dict[str, list[Claim]] = {}
            for name in _list_names(mailing):
                found.setdefault(name.partition(".")[0], []).append(_read(mailing / name))
        return cls(key, {mark: tuple(claims) for mark, claims in found.items()})

    def find(self, target: Target) -> tuple[Claim, ...]:
        """Every claim to a destination, by the same channel, of any attempt."""
        marks = _mark_places(self.key, target) if self.found else ()
        return tuple(dict.fromkeys(claim for mark in marks for claim in self.found.get(mark, ())))

    def is_named(self, claim: Claim, name: str) -> bool:
        """Whether a claim was made for somebody of that name."""
        return claim.name == hash_name(self.key, name)

    def without(self, events: Container[str]) -> "Claims":
        """Only the claims of others: not those that these entries made."""
        others = {mark: tuple(one for one in claims if one.event not in events) for mark, claims in self.found.items()}
        return Claims(self.key, others)


_TEXTS: Final = tuple(one.name for one in fields(Claim) if one.name != "attempt")


def locate_claims() -> Path:
    """The folder that holds the claims, whether or not it is there."""
    return locate_data() / "claims"


def prepare_claims() -> None:
    """Make sure, before anything leaves, that claims can be written. Raises ``PetitionerError``."""
    folder = locate_claims()
    with _explain(folder, "written"):
        _open_folder(folder)
        write_atomically(folder / ".trial", b"\n", private=True)


def write_claim(target: Target, claim: Claim, own: Container[str], check: Callable[[Claims], None]) -> None:
    """Claim each place of a destination for one attempt, unless an entry in ``own`` has claimed it for the same.

    ``claim`` has the name in plain. ``check`` gets the claims of others to each place, and raises where one of them
    forbids it; nothing can come in between. Raises ``PetitionerError`` when the claim cannot be written, and whatever
    ``check`` raises.
    """
    with _explain(locate_claims(), "written"):
        key = _open_folder(locate_claims())
        folder = _locate_mailing(locate_claims(), key, target.campaign, target.edition)
        _make_folder(folder)
        kept = replace(claim, name=hash_name(key, claim.name))
        for mark in _mark_places(key, target):
            while True:
                names = [name for name in _list_names(folder) if name.startswith(f"{mark}.")]
                there = tuple(_read(folder / name) for name in names)
                check(Claims(key, {mark: tuple(one for one in there if one.event not in own)}))
                wanted = (claim.attempt, claim.kind)
                if any((one.attempt, one.kind) == wanted and one.event in own for one in there):
                    break
                with suppress(FileExistsError):  # another process was first; look at what it wrote
                    _write(folder, mark, names, kept)
                    break


def read_progress(log: str) -> tuple[int, str]:
    """How many events of a log were claimed at once, and the hash of the last of them; 0 where none were."""
    with suppress(OSError, ValueError):
        count, hash_ = read_regular_file(_locate_progress(log)).decode("ascii").split()
        return int(count), hash_
    return 0, ""


def write_progress(log: str, count: int, last: str) -> None:
    """Keep that the first ``count`` events of a log were claimed. Raises ``PetitionerError``."""
    with _explain(locate_claims(), "written"):
        write_atomically(_locate_progress(log), f"{count} {last}\n".encode(), private=True)


def hash_name(key: bytes, name: str) -> str:
    """A keyed hash of a name, independent of case, width, blanks and punctuation."""
    return _hash_with_key(key, ["name", _normalize_text(name)])


@lru_cache(maxsize=20_000)
def normalize_destination(channel: str, destination: str) -> tuple[str, ...]:
    """The places that a destination names, each in one form; nothing for an empty one.

    E-mail addresses are compared one by one, in any order, without case, in Unicode NFC, and by the domain that mail
    servers see (RFC 3490). Of a postal address neither blanks, line breaks, width, case nor punctuation count, but
    between two figures: 3-9-2 is not 39-2.
    Claims of earlier versions are found by this form, so it must not change.
    """
    if channel == "email":
        addresses = (_normalise_address(line.strip()) for line in destination.split("\n"))
        return tuple(sorted({address for address in addresses if address}))
    reduced = _normalize_text(destination)
    if channel == "fax":
        reduced = re.sub(r"\D", "", reduced)
    return (reduced,) if reduced else ()


def _normalise_address(address: str) -> str:
    local, at, domain = unicodedata.normalize("NFC", address).casefold().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


def _normalize_text(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    joined = re.sub(r"(?<=\d)(?:ー|[\W_])+(?=\d)", "-", plain)  # ー is often typed for a hyphen
    return re.sub(r"(?<!\d)-|-(?!\d)|[^\w-]|_", "", joined)


def _mark_places(key: bytes, target: Target) -> tuple[str, ...]:
    whole = (target.campaign, target.edition, target.channel)
    return tuple(_hash_with_key(key, ["claim", *whole, place]) for place in target.places)


def _hash_with_key(key: bytes, parts: Sequence[object]) -> str:
    return hmac.digest(key, json.dumps(parts).encode(), "sha256").hex()


def _write(folder: Path, mark: str, names: Sequence[str], claim: Claim) -> None:
    """Write a claim under the first number that is free among ``names``; only one process can."""
    start = f"{mark}.{claim.attempt}"
    number = next(number for number in range(1, len(names) + 2) if f"{start}.{number}" not in names)
    text = json.dumps(asdict(claim), indent=1) + "\n"
    write_new(folder / f"{start}.{number}", text.encode(), private=True)


def _list_names(folder: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)))
    except FileNotFoundError:
        return ()


def _read(path: Path) -> Claim:
    """A claim; one that cannot be understood counts as made by a log that nobody knows."""
    attempt = int(path.name.split(".")[1])
    try:
        said = json.loads(read_regular_file(path))
        return Claim(attempt, *(str(said[name]) for name in _TEXTS))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Claim(attempt, "", "", "", "", "", str(path), "")


def _locate_mailing(folder: Path, key: bytes, campaign: str, edition: int) -> Path:
    return folder / _hash_with_key(key, ["mailing", campaign, edition])


def _locate_progress(log: str) -> Path:
    return locate_claims() / f"{_hash_with_key(b'', ['log', log])}.claimed"


def _read_key(folder: Path) -> bytes:
    """The key, or nothing where none was made. Raises ``PetitionerError`` where there was one."""
    path = folder / _KEY
    try:
        key = read_regular_file(path)
    except FileNotFoundError:
        if not folder.exists() or not any(one.is_dir() for one in folder.iterdir()):
            return b""
        key = b""
    if len(key) != _KEY_SIZE:
        sentence = f"{path} is missing or damaged, so nobody can tell which packets other logs have sent."
        hint = "Put it back from a copy of your data folder."
        hint += f" If there is none, move {folder} away; then nobody knows what other logs have sent."
        raise PetitionerError(sentence, hint)
    return key


def _open_folder(folder: Path) -> bytes:
    """Make the folder and the key where they are missing, and return the key."""
    _make_folder(folder)
    if key := _read_key(folder):
        return key
    with suppress(FileExistsError):  # another process was first
        write_new(folder / _KEY, secrets.token_bytes(_KEY_SIZE), private=True)
    return _read_key(folder)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        for place in (folder.parent, folder):
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)


@contextmanager
def _explain(folder: Path, what: str) -> Iterator[None]:
    """Turn what the disk or its rights do to the claims into a ``PetitionerError`` that names the folder."""
    try:
        yield
    except OSError as error:
        sentence = f"{folder} cannot be {what} ({error.strerror}). It keeps packets from being sent twice."
        hint = "Make room on the disk" if error.errno in (ENOSPC, EDQUOT) else "Allow yourself to read and write there"
        raise PetitionerError(sentence, f"Nothing leaves before that. {hint}, then run the command again.") from None
