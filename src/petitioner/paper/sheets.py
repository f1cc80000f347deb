"""Sheets for people: the cover sheet of a print run, and delivery sheets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from markupsafe import Markup

from petitioner.model.letter import LocalizedLine
from petitioner.model.locale import Greetings
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.theme import Theme
from petitioner.paper.page_style import list_directions, list_families, write_sheet_style
from petitioner.paper.print_batch import PlacedPacket
from petitioner.render import render_sheet
from petitioner.render.html import HtmlWriter
from petitioner.tables.locales import OWN_LANGUAGE, choose_text, load_locales
from petitioner.templates.address import join_address
from petitioner.templates.jinja import load_html_template

_A4 = 210 * 297 / 1_000_000  # m² (ISO 216)
_ACROSS = "size: A4 landscape; margin: 14mm 14mm 16mm"
_MARGIN = 13
"""The margin of the sheet on all sides, in mm."""

_COMMANDS = (
    'petitioner log add handed {id} --outcome accepted --met "…" --file photo.jpg --note "…"',
    'petitioner log add handed {id} --outcome letter-box --file photo.jpg --note "…"',
    'petitioner log add handed {id} --outcome refused --met "…" --file photo.jpg --note "…"',
)
"""How each of the outcomes is told to the log."""


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One packet on the cover sheet, and where it is ``placed`` in the run; ``papers`` are what lies in it.

    ``weight`` is the whole packet's in g, envelope included. ``franking`` is how it is posted and what that costs;
    empty where that is not known, or where it is carried by hand.
    """

    number: int
    placed: PlacedPacket
    mission: str
    way: str
    papers: tuple[str, ...]
    envelope: str
    weight: float
    franking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """All that a cover sheet says. ``left_out`` are packets that are not in the run, and why; ``tip`` is the log's."""

    title: str
    made_on: date
    by: str
    duplex: bool
    packings: tuple[CoverRow, ...]
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


def compute_weight(sheets: int, paper: float, envelope: float) -> float:
    """What a packet weighs in g: sheets of A4 of ``paper`` g/m², and its envelope's own weight."""
    return sheets * _A4 * paper + envelope


def render_cover(cover: CoverSheet, theme: Theme) -> bytes:
    """The cover sheet as PDF, on as many sheets of A4 across as it takes: the same bytes for the same words."""
    html = load_html_template("cover.html", "paper").render(cover=cover, boxes=CHECKBOXES, language=OWN_LANGUAGE)
    return render_sheet(html, write_sheet_style(theme, OWN_LANGUAGE, _ACROSS), theme, OWN_LANGUAGE)


CHECKBOXES: Sequence[str] = ("printed", "signed", "enclosed", "sealed", "posted or handed")
"""What is done with a packet on its way out, in this order."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter that somebody is to hand over: to whom, under which reference, and ``handed`` line by line."""

    recipient: Recipient
    reference: str
    handed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """What to say at the door in one language, whose English name stands beside it."""

    name: str
    gate: LocalizedLine
    taken: LocalizedLine
    refused: LocalizedLine


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of the sheet: ``address`` in the script of the place, as a driver reads it; ``facts`` by their names."""

    id: str
    reference: str
    city: tuple[LocalizedLine, ...]
    names: tuple[LocalizedLine, ...]
    address: tuple[LocalizedLine, ...]
    other_addresses: tuple[tuple[LocalizedLine, ...], ...]
    facts: tuple[tuple[str, str], ...]
    handed: tuple[str, ...]
    greetings: tuple[Phrases, ...]
    commands: tuple[str, ...]


def render_deliveries(deliveries: Iterable[Delivery], campaign: Campaign, theme: Theme, tip: str | None) -> bytes:
    """The sheet as PDF on A4; ``tip`` is the hash that vouches for the log. Raises ``RenderError``."""
    calls = [make_delivery_page(delivery, campaign) for delivery in group_by_city(deliveries)]
    html = load_html_template("deliveries.html", family="paper").render(
        title=f"Deliveries: {choose_text(campaign.name)}, {campaign.day}",
        language=OWN_LANGUAGE,
        calls=calls,
        write=_write_words,
        directions=list_directions(),
    )
    return render_sheet(html, _write_style(theme, campaign, tip), theme, OWN_LANGUAGE)


def group_by_city(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """The missions of one city behind each other, the cities in the order in which they first occur."""
    groups: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault(choose_text(delivery.recipient.city), []).append(delivery)
    return tuple(delivery for group in groups.values() for delivery in group)


def make_delivery_page(delivery: Delivery, campaign: Campaign) -> DeliveryPage:
    """What stands on the page of one mission."""
    recipient = delivery.recipient
    lines = recipient.address.lines
    local, *others = lines
    return DeliveryPage(
        id=recipient.id,
        reference=delivery.reference,
        city=_say_once(recipient.city, recipient),
        names=_say_once(recipient.name, recipient),
        address=tuple(LocalizedLine(line, local) for line in lines[local]),
        other_addresses=tuple((LocalizedLine(join_address(lines[tag], tag), tag),) for tag in others),
        facts=_list_facts(recipient, campaign),
        handed=delivery.handed,
        greetings=tuple(_list_greetings(recipient, campaign)),
        commands=tuple(command.format(id=recipient.id) for command in _COMMANDS),
    )


def _say_once(texts: Mapping[str, str], recipient: Recipient) -> tuple[LocalizedLine, ...]:
    """A text in our own language, that of the place, and those of the letters, as far as they differ."""
    local = next(iter(recipient.address.lines))
    tags = dict.fromkeys((OWN_LANGUAGE, local, *recipient.languages, *texts))
    said = {texts[tag]: tag for tag in reversed(tags) if tag in texts}
    return tuple(LocalizedLine(text, tag) for text, tag in reversed(said.items()))


def _list_facts(recipient: Recipient, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    head, visit = recipient.head, recipient.visit
    is_known = head is not None and head.is_confirmed_on(campaign.day)
    named = " / ".join(dict.fromkeys(head.name.values())) if head and is_known else None
    facts = (
        ("telephone", recipient.telephone),
        ("map", visit.map),
        ("ask for", visit.ask_for),
        ("head of mission", named),
        ("hours", visit.hours),
        ("mind", visit.remark),
    )
    return tuple((name, words) for name, words in facts if words)


def _list_greetings(recipient: Recipient, campaign: Campaign) -> Iterable[Phrases]:
    """In the languages of the letters, and in our own for whoever reads the sheet."""
    for tag in dict.fromkeys((*recipient.languages, OWN_LANGUAGE)):
        if greetings := load_locales()[tag].greetings:
            yield _greet(tag, greetings, campaign)


def _greet(tag: str, greetings: Greetings, campaign: Campaign) -> Phrases:
    sender, title = campaign.sender.name, campaign.addressee.title
    names = {"sender": sender.get(tag) or choose_text(sender), "addressee": title.get(tag) or choose_text(title)}

    def say(pattern: str) -> LocalizedLine:
        return LocalizedLine(pattern.format_map(names), tag)

    return Phrases(load_locales()[tag].english_name, say(greetings.gate), say(greetings.taken), say(greetings.refused))


def _write_words(spoken: LocalizedLine) -> Markup:
    """A line in which the words of some languages are kept whole, as in their letters."""
    return HtmlWriter(keeps_words=load_locales()[spoken.language].layout.keep_words).words(spoken.text)


def _write_style(theme: Theme, campaign: Campaign, tip: str | None) -> str:
    foot = f"{campaign.reference} {campaign.id}" + (f" \u00b7 tip of the log {tip}" if tip else " \u00b7 no log yet")
    page = f"""
  size: A4; margin: {_MARGIN}mm; font-family: {list_families(theme, OWN_LANGUAGE)}; font-size: 7pt; color: #555;
  @bottom-left {{ content: "{foot}"; white-space: nowrap }}
  @bottom-right {{ content: counter(page) " / " counter(pages) }}
"""
    own = (resources.files(__package__) / "deliveries.css").read_text("utf-8")
    return write_sheet_style(theme, OWN_LANGUAGE, page) + own
