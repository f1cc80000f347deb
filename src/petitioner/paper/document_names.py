"""Name the documents of a packet as people do: ``Petition, Japanese, 1 page``."""

from pathlib import PurePosixPath

from petitioner.approval.packets import ApprovedPacket
from petitioner.model.recipient import Campaign
from petitioner.model.types import choose_text
from petitioner.tables.locales import load_locales


def name_document(name: str, packet: ApprovedPacket, campaign: Campaign) -> str:
    """Name a letter by its kind and language, and an enclosure by its title, for the coordinator.

    A language that the program no longer knows is named by its tag, and an enclosure that the campaign no longer has by
    its file.
    """
    for letter in packet.letters:
        if any(file.name == name for file in letter.files):
            return f"{_write_kind(letter.stem)}, {name_language(letter.language)}"
    titles = {enclosure.file: choose_text(enclosure.title) for enclosure in campaign.enclosures}
    return titles.get(name) or PurePosixPath(name).stem


def name_language(tag: str) -> str:
    """Name a language in the coordinator's language."""
    locale = load_locales().get(tag)
    return locale.english_name if locale else tag


def _write_kind(stem: str) -> str:
    """Write the name of a letter's file as a word: ``open-letter`` is ``Open letter``."""
    return stem.replace("-", " ").replace("_", " ").capitalize()
