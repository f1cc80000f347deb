"""The files that go with a fact: what was approved, and only without an approval what was built last."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from operator import attrgetter
from pathlib import Path

from petitioner.approval.packets import ENCLOSURE, LETTER, list_files
from petitioner.approval.verdicts import list_approvals
from petitioner.commands.log.recording import FindBuilt, keep_files
from petitioner.commands.secretary import name_type
from petitioner.files import digest
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import PAPER
from petitioner.mailing_log.events.records import BuiltFile, Event, Kept
from petitioner.mailing_log.states.parties import Party
from petitioner.production.manifest import NAME, find_built, list_made, locate, read_manifest
from petitioner.workspace import LETTERS, list_newer
from petitioner.workspace.disk import UnreadableError, find_change, read_file

_SHOWN = 3  # files that a remark names before it counts the rest
_SECOND = 1_000_000_000  # nanoseconds


def open_archive(desk: Desk) -> FindBuilt:
    """Give what a recipient was sent on paper: the files approved, or else those of the last build.

    Approved files are in the log already, so only their names are given. No letter is merged, so it is known that
    something was changed since the approval where it was built, or is enclosed; and of other files that they are newer.
    """
    folder = locate(desk.folder, desk.campaign.id)
    read_built, hash_enclosures = cache(partial(read_manifest, folder)), cache(partial(_hash_enclosures, desk))

    def find(party: Party) -> tuple[BuiltFile, ...] | Kept:
        approval = _find_approval(party)
        if approval is None:
            return _find_built(folder, party.id)
        built = {path.name: entry.sha256 for path, entry in list_made(read_built()[0], party.id)}
        if _differs(approval, LETTER, built or None) or _differs(approval, ENCLOSURE, hash_enclosures()):
            words = f"changed since it was approved on {approval.happened_on} (event {approval.id})"
            return replace(keep_files(_find_built(folder, party.id)), unapproved=words)
        approved_at = int(approval.recorded_at.timestamp()) * _SECOND
        newer = list_newer(desk.folder, desk.campaign.id, max(approved_at, find_change(folder / NAME)))
        return Kept(list_files(approval), unapproved="", outdated=_tell_newer(newer))

    return find


def _find_built(folder: Path, recipient: str) -> tuple[BuiltFile, ...]:
    built = find_built(folder, recipient)
    return tuple(BuiltFile(path, sha256, name_type(path), fault) for path, sha256, fault in built)


def _find_approval(party: Party) -> Event | None:
    """Find the latest approval of a present packet on paper; one way stands in for another."""
    approvals = list_approvals(party.present).items()
    on_paper = [one for key, one in approvals if key.channel in PAPER and key.attempt == party.attempt(key.channel)]
    return max(on_paper, key=attrgetter("id"), default=None)


def _differs(approval: Event, role: str, present: Mapping[str, str] | None) -> bool:
    """Whether the files of a role are not those that were approved; ``present`` are hashes by name, None if unknown."""
    approved = {one.name: one.sha256 for one in approval.documents if one.role == role}
    return present is not None and present != approved


def _hash_enclosures(desk: Desk) -> Mapping[str, str] | None:
    """Hash the enclosures as they are; None where one of them cannot be read."""
    home = f"{LETTERS}/{desk.campaign.id}"
    names = [enclosure.file for enclosure in desk.campaign.enclosures]
    try:
        return {name: digest(read_file(desk.folder, f"{home}/{name}")) for name in names}
    except UnreadableError:
        return None


def _tell_newer(newer: tuple[str, ...]) -> str:
    if not newer:
        return ""
    rest = f" and {len(newer) - _SHOWN} more" if len(newer) > _SHOWN else ""
    return f"{', '.join(newer[:_SHOWN])}{rest} changed after the build and the approval"
