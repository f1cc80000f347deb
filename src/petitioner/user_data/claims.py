"""Claims: which log has begun to deliver which packet, for all mailing logs of this user on this machine.

A log can be deleted, copied or restored, and then it does not know what was sent. So each packet is claimed here before
it is sent: by campaign, edition, channel, destination and attempt, and not by the recipient's id or name, which can be
changed. A claim is never removed; when a person withdraws the entry that made it, another file says that it no longer
counts. A claim contains the hash of the log entry that made it, so only a log with this entry has made the claim. Other
machines and other users are not covered.
"""

import hmac
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Final, Self

from petitioner.errors import PetitionerError, advise_writing
from petitioner.files import make_private_folder, read_regular_file, sync_folder, write_atomically, write_new
from petitioner.inputs.settings import locate_data

_KEY: Final = "key"
_KEY_SIZE: Final = 32  # bytes, as long as the hash (RFC 2104 §3)
_NAME: Final = re.compile(r"([0-9a-f]{64})\.([1-9][0-9]*)\.([1-9][0-9]*)")  # hash, attempt, number


@dataclass(frozen=True, slots=True)
class Target:
    """Where a packet goes: mailing, channel, and the destination in lines, as in the log."""

    campaign: str
    edition: int
    channel: str
    destination: str

    @property
    def places(self) -> tuple[str, ...]:
        """The normalized destinations: each address of an e-mail, else one."""
        return normalize_destination(self.channel, self.destination)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of one packet. ``event`` is the hash of the entry that made it, ``log`` the identity of its log.

    ``recipient`` is the id in that log, ``name`` a keyed hash of the name, ``kind`` the kind of the entry. ``at`` is
    the time in UTC. One that ``withdraws`` claims nothing: it has the hash of the entry whose claim no longer counts.
    """

    attempt: int
    recipient: str
    name: str
    kind: str
    event: str
    log: str
    folder: str
    at: str
    withdraws: str = ""


@dataclass(frozen=True, slots=True)
class Claims:
    """All claims of this user in one mailing, by the hash of the destination, but for those of the entries ``own``."""

    key: bytes = b""
    by_hash: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)
    own: Container[str] = ()

    @classmethod
    def read(cls, campaign: str, edition: int) -> Self:
        """Read all claims of a mailing; none if there is no folder. Raises ``PetitionerError``."""
        claims = cls.open(campaign, edition)
        with _translate_errors(locate_claims(), "read"):
            return cls(claims.key, dict(claims.by_hash))

    @classmethod
    def open(cls, campaign: str, edition: int) -> Self:
        """Find the claims of a mailing, and read each when it is asked for; one that cannot be read is passed over.

        Raises ``PetitionerError`` if their folder cannot be read.
        """
        folder = locate_claims()
        with _translate_errors(folder, "read"):
            if not (key := _read_key(folder)):
                return cls()
            mailing = _locate_mailing(folder, key, campaign, edition)
            by_hash: dict[str, list[Path]] = {}
            for name in _list_names(mailing):
                by_hash.setdefault(name.partition(".")[0], []).append(mailing / name)
        return cls(key, _UnreadClaims(by_hash))

    def find(self, target: Target) -> tuple[Claim, ...]:
        """Return every claim of a destination that was not withdrawn, by the same channel, of any attempt."""
        hashes = _hash_places(self.key, target) if self.by_hash else ()
        found: dict[Claim, None] = {}
        for hash_ in hashes:
            with suppress(OSError):  # of those that ``open`` found
                found |= dict.fromkeys(self.by_hash.get(hash_, ()))
        return tuple(claim for claim in _leave_out_withdrawn(found) if claim.event not in self.own)

    def is_named(self, claim: Claim, name: str) -> bool:
        """Whether a claim was made for a recipient with this name."""
        return claim.name == hash_name(self.key, name)

    def without(self, events: Container[str]) -> "Claims":
        """Return the claims without those that entries with these hashes made."""
        return replace(self, own=events)


class _UnreadClaims(Mapping[str, tuple[Claim, ...]]):
    """Claims by the hash of the destination, which are read when they are asked for; that may raise OSError."""

    def __init__(self, paths: Mapping[str, Sequence[Path]]) -> None:
        self._paths = paths

    def __getitem__(self, hash_: str) -> tuple[Claim, ...]:
        return tuple(map(_read_claim, self._paths[hash_]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


_TEXTS: Final = tuple(one.name for one in fields(Claim) if one.name not in {"attempt", "withdraws"})


def _leave_out_withdrawn(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield the claims that count."""
    everything = tuple(claims)
    withdrawn = {one.withdraws for one in everything if one.withdraws}  # one that cannot be read has no entry
    return (one for one in everything if not one.withdraws and one.event not in withdrawn)


def locate_claims() -> Path:
    """Return the folder of the claims, which need not exist."""
    return locate_data() / "claims"


def prepare_claims() -> None:
    """Raise ``PetitionerError`` if claims cannot be written; called before anything is sent."""
    folder = locate_claims()
    with _translate_errors(folder, "written"):
        _prepare_folder(folder)
        write_atomically(folder / ".trial", b"\n", private=True)


def write_claim(target: Target, claim: Claim, own_hashes: Container[str], check: Callable[[Claims], None]) -> None:
    """Claim each address of a target for one attempt, unless an entry with a hash in ``own_hashes`` has claimed it.

    ``claim`` has the name itself, not its hash. ``check`` is called with the claims of other logs, and raises if they
    forbid the claim; no other process can claim in between. Raises ``PetitionerError`` when the claim cannot be
    written, and what ``check`` raises.
    """
    with _translate_errors(locate_claims(), "written"):
        key = _prepare_folder(locate_claims())
        folder = _locate_mailing(locate_claims(), key, target.campaign, target.edition)
        _make_folder(folder)
        kept = replace(claim, name=hash_name(key, claim.name))
        for hash_ in _hash_places(key, target):
            while True:
                names = _list_names(folder, f"{hash_}.")
                present = tuple(_read_claim(folder / name) for name in names)
                check(Claims(key, {hash_: tuple(one for one in present if one.event not in own_hashes)}))
                wanted = (claim.attempt, claim.kind)
                counted = (one for one in _leave_out_withdrawn(present) if (one.attempt, one.kind) == wanted)
                if any(one.event in own_hashes for one in counted):
                    break
                with suppress(FileExistsError):  # another process was first; look at what it wrote
                    _write_next(folder, hash_, names, kept)
                    break


def withdraw_claim(target: Target, claim: Claim) -> None:
    """Record that a claim of the target no longer counts: that of the entry that ``claim`` withdraws, if it has one.

    Raises ``PetitionerError`` when it cannot be written.
    """
    folder = locate_claims()
    with _translate_errors(folder, "written"):
        if not (key := _read_key(folder)):
            return
        mailing = _locate_mailing(folder, key, target.campaign, target.edition)
        kept = replace(claim, name=hash_name(key, claim.name))
        for hash_ in _hash_places(key, target):
            while True:
                names = _list_names(mailing, f"{hash_}.")
                counted = _leave_out_withdrawn(_read_claim(mailing / name) for name in names)
                if all(one.event != claim.withdraws for one in counted):
                    break
                with suppress(FileExistsError):  # another process was first; look at what it wrote
                    _write_next(mailing, hash_, names, kept)


def read_progress(log: str) -> tuple[int, str]:
    """Return the number of events of a log that ``claim_all`` has processed, and the hash of the last; 0 for none."""
    with suppress(OSError, ValueError):
        count, hash_ = read_regular_file(_locate_progress(log)).decode("ascii").split()
        return int(count), hash_
    return 0, ""


def write_progress(log: str, count: int, last: str) -> None:
    """Record that the first ``count`` events of a log were claimed. Raises ``PetitionerError``."""
    with _translate_errors(locate_claims(), "written"):
        write_atomically(_locate_progress(log), f"{count} {last}\n".encode(), private=True)


def hash_name(key: bytes, name: str) -> str:
    """Return a keyed hash of a name; case, width, spaces and punctuation do not matter."""
    return _hash_with_key(key, ["name", _normalize_text(name)])


@lru_cache(maxsize=20_000)
def normalize_destination(channel: str, destination: str) -> tuple[str, ...]:
    """Normalize a destination, so that different ways to write it are equal; an e-mail has one result per address.

    E-mail addresses are sorted, in lower case and Unicode NFC, with ASCII domains (RFC 3490). In a postal address
    spaces, line breaks, width, case and punctuation do not matter, except between two digits: 3-9-2 is not 39-2.
    The result must not change, since the claims of earlier versions have its hash.
    """
    if channel == "email":
        addresses = (_normalize_address(line.strip()) for line in destination.split("\n"))
        return tuple(sorted({address for address in addresses if address}))
    reduced = _normalize_text(destination)
    if channel == "fax":
        reduced = re.sub(r"\D", "", reduced)
    return (reduced,) if reduced else ()


def _normalize_address(address: str) -> str:
    local, at, domain = unicodedata.normalize("NFC", address).casefold().rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}{at}{domain}"


def _normalize_text(text: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    joined = re.sub(r"(?<=\d)(?:ー|[\W_])+(?=\d)", "-", plain)  # ー is often typed for a hyphen
    return re.sub(r"(?<!\d)-|-(?!\d)|[^\w-]|_", "", joined)


def _hash_places(key: bytes, target: Target) -> tuple[str, ...]:
    whole = (target.campaign, target.edition, target.channel)
    return tuple(_hash_with_key(key, ["claim", *whole, place]) for place in target.places)


def _hash_with_key(key: bytes, parts: Sequence[object]) -> str:
    return hmac.digest(key, json.dumps(parts).encode(), "sha256").hex()


def _write_next(folder: Path, hash_: str, names: Sequence[str], claim: Claim) -> None:
    """Write a claim to the file with the next free number. Raises FileExistsError if another process was first."""
    start = f"{hash_}.{claim.attempt}"
    number = next(number for number in range(1, len(names) + 2) if f"{start}.{number}" not in names)
    values = {name: value for name, value in asdict(claim).items() if name != "withdraws" or value}
    text = json.dumps(values, indent=1) + "\n"
    write_new(folder / f"{start}.{number}", text.encode(), private=True)


def _list_names(folder: Path, start: str = "") -> tuple[str, ...]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - a path for each of thousands of names takes ten times as long
        return tuple(sorted(name for name in names if name.startswith(start) and _NAME.fullmatch(name)))
    except FileNotFoundError:
        return ()


def _read_claim(path: Path) -> Claim:
    """Read a claim; one with invalid content counts as that of an unknown log."""
    attempt = int(path.name.split(".")[1])
    try:
        values = json.loads(read_regular_file(path))
        claim = Claim(attempt, *(str(values[name]) for name in _TEXTS))
        return replace(claim, withdraws=str(values.get("withdraws") or ""))
    except (ValueError, TypeError, KeyError, RecursionError):
        return Claim(attempt, "", "", "", "", "", str(path), "")


def _locate_mailing(folder: Path, key: bytes, campaign: str, edition: int) -> Path:
    return folder / _hash_with_key(key, ["mailing", campaign, edition])


def _locate_progress(log: str) -> Path:
    return locate_claims() / f"{_hash_with_key(b'', ['log', log])}.claimed"


def _read_key(folder: Path) -> bytes:
    """Read the key; empty if there are no claims yet. Raises ``PetitionerError`` if it is missing or damaged."""
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


def _prepare_folder(folder: Path) -> bytes:
    """Create the folder and the key if they are missing, and return the key."""
    _make_folder(folder)
    if key := _read_key(folder):
        return key
    with suppress(FileExistsError):  # another process was first
        write_new(folder / _KEY, secrets.token_bytes(_KEY_SIZE), private=True)
    return _read_key(folder)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        make_private_folder(folder)
        sync_folder(folder.parent)


@contextmanager
def _translate_errors(folder: Path, what: str) -> Iterator[None]:
    """Raise OSError as a ``PetitionerError`` that names the folder."""
    try:
        yield
    except OSError as error:
        sentence = f"{folder} cannot be {what} ({error.strerror}). It keeps packets from being sent twice."
        hint = advise_writing(error, "Allow yourself to read and write there, then run the command again.")
        raise PetitionerError(sentence, f"Nothing leaves before that. {hint}") from None
