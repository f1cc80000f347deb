"""The cover sheet of a print run: what lies where in it, and boxes to tick until every packet is in the post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from petitioner.locales import OWN_LANGUAGE
from petitioner.model.theme import Theme
from petitioner.pages import load_frame
from petitioner.renderers import render_sheet
from petitioner.sheets.imposition import PlacedBundle
from petitioner.sheets.style import write_sheet_style

_A4 = 210 * 297 / 1_000_000  # m² (ISO 216)
_ACROSS = "size: A4 landscape; margin: 14mm 14mm 16mm"


@dataclass(frozen=True, slots=True)
class Packing:
    """One packet on the cover sheet, and where it is ``placed`` in the run; ``papers`` are what lies in it.

    ``weight`` is the whole packet's in g, envelope included. ``franking`` is how it is posted and what that costs;
    empty where that is not known, or where it is carried by hand.
    """

    number: int
    placed: PlacedBundle
    mission: str
    way: str
    papers: tuple[str, ...]
    envelope: str
    weight: float
    franking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """All that a cover sheet says. ``left_out`` are packets that are not in the run, and why; ``tip`` is the log's."""

    title: str
    made_on: date
    by: str
    duplex: bool
    packings: tuple[Packing, ...]
    left_out: tuple[tuple[str, str], ...]
    tip: str
    events: int

    @property
    def sheets(self) -> int:
        """The sheets of paper of all packets."""
        return sum(packing.placed.sheets for packing in self.packings)

    @property
    def pages(self) -> int:
        """The pages of the run, blank backs among them."""
        return max((packing.placed.end for packing in self.packings), default=0)

    @property
    def weight(self) -> float:
        """What all packets weigh together, in g."""
        return sum(packing.weight for packing in self.packings)


def weigh(sheets: int, paper: float, envelope: float) -> float:
    """What a packet weighs in g: sheets of A4 of ``paper`` g/m², and its envelope's own weight."""
    return sheets * _A4 * paper + envelope


def render_cover(cover: Cover, theme: Theme) -> bytes:
    """The cover sheet as PDF, on as many sheets of A4 across as it takes: the same bytes for the same words."""
    html = load_frame("cover.html", "sheets").render(cover=cover, boxes=BOXES, language=OWN_LANGUAGE)
    return render_sheet(html, write_sheet_style(theme, OWN_LANGUAGE, _ACROSS), theme, OWN_LANGUAGE)


BOXES: Sequence[str] = ("printed", "signed", "enclosed", "sealed", "posted or handed")
"""What is done with a packet on its way out, in this order."""
