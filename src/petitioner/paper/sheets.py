"""Render sheets for our own people: the cover sheet of a print run, and delivery sheets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from markupsafe import Markup

from petitioner.campaign_option import keep_campaign
from petitioner.model.letter import LocalizedLine
from petitioner.model.locale import Greetings
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.theme import Theme
from petitioner.model.types import OWN_LANGUAGE, choose_text
from petitioner.paper.document_names import name_language
from petitioner.paper.page_style import QrCode, list_directions, list_families, write_sheet_css
from petitioner.paper.print_batch import PlacedPacket
from petitioner.render import render_sheet
from petitioner.render.html import HtmlWriter
from petitioner.tables.locales import load_locales
from petitioner.templates.address import join_address
from petitioner.templates.jinja import load_html_template

_A4 = 210 * 297 / 1_000_000  # m² (ISO 216)
_ACROSS = "size: A4 landscape; margin: 14mm 14mm 16mm"
_MARGIN = 13
"""The margin of a delivery sheet on all sides, in mm."""

_COMMANDS = (
    'petitioner log add handed {id} --outcome accepted --met "…" --file photo.jpg --note "…"',
    'petitioner log add handed {id} --outcome letter-box --file photo.jpg --note "…"',
    'petitioner log add handed {id} --outcome refused --met "…" --file photo.jpg --note "…"',
)
"""The commands that record each outcome."""


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One packet on the cover sheet, with its position in the run and its ``documents``.

    ``code`` is the QR code of its reference, for ``log add --scan``. ``weight`` is that of the packet with its
    envelope, in g. ``franking`` is the class of mail and its price; empty if unknown, or for delivery by hand.
    """

    number: int
    placed: PlacedPacket
    mission: str
    channel: str
    documents: tuple[str, ...]
    code: QrCode
    envelope: str
    weight: float
    franking: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverSheet:
    """The content of a cover sheet.

    ``by`` is the coordinator's name, or empty. ``left_out`` are packets not in the run, and why; ``tip`` is the log's
    last hash.
    """

    title: str
    made_on: date
    by: str
    duplex: bool
    rows: tuple[CoverRow, ...]
    left_out: tuple[tuple[str, str], ...]
    tip: str
    events: int

    @property
    def sheets(self) -> int:
        """The number of sheets of all packets."""
        return sum(row.placed.sheets for row in self.rows)

    @property
    def pages(self) -> int:
        """The number of pages of the run, with blank backs."""
        return max((row.placed.end for row in self.rows), default=0)

    @property
    def weight(self) -> float:
        """The weight of all packets in g."""
        return sum(row.weight for row in self.rows)


def compute_weight(sheets: int, paper: float, envelope: float) -> float:
    """Return the weight of a packet in g: sheets of A4 of ``paper`` g/m², and its envelope."""
    return sheets * _A4 * paper + envelope


def render_cover(cover: CoverSheet, theme: Theme) -> bytes:
    """Render the cover sheet as PDF on A4 landscape: the same bytes for the same content."""
    html = load_html_template("cover.html", "paper").render(cover=cover, boxes=CHECKBOXES, language=OWN_LANGUAGE)
    return render_sheet(html, write_sheet_css(theme, OWN_LANGUAGE, _ACROSS), theme, OWN_LANGUAGE)


CHECKBOXES: Sequence[str] = ("printed", "signed", "enclosed", "sealed", "sent")
"""The steps for each packet, in this order."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A packet to deliver by hand: recipient, reference, and the lines of what is ``handed`` over.

    ``campaign`` is the one that was asked for, if the sheet is not about the latest.
    """

    recipient: Recipient
    reference: str
    handed: tuple[str, ...]
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Phrases:
    """What to say at the door in one language, with its English name."""

    name: str
    gate: LocalizedLine
    taken: LocalizedLine
    refused: LocalizedLine


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of the sheet: ``address`` in the local script, for a driver; ``facts`` by their names."""

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
    """Render the delivery sheet as PDF on A4; ``tip`` is the log's last hash. Raises ``RenderError``."""
    pages = [make_delivery_page(delivery, campaign) for delivery in group_by_city(deliveries)]
    html = load_html_template("deliveries.html", family="paper").render(
        title=f"Deliveries: {choose_text(campaign.name)}, {campaign.day}",
        language=OWN_LANGUAGE,
        pages=pages,
        write=_write_line_html,
        directions=list_directions(),
    )
    return render_sheet(html, _write_style(theme, campaign, tip), theme, OWN_LANGUAGE)


def group_by_city(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    """Sort deliveries by city, the cities in the order of their first mission."""
    groups: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        groups.setdefault(choose_text(delivery.recipient.city), []).append(delivery)
    return tuple(delivery for group in groups.values() for delivery in group)


def make_delivery_page(delivery: Delivery, campaign: Campaign) -> DeliveryPage:
    """Collect what the page of one packet to deliver shows: addresses, facts, phrases to say, commands to record it."""
    recipient = delivery.recipient
    lines = recipient.address.lines
    local, *others = lines
    return DeliveryPage(
        id=recipient.id,
        reference=delivery.reference,
        city=_list_versions(recipient.city, recipient),
        names=_list_versions(recipient.name, recipient),
        address=tuple(LocalizedLine(line, local) for line in lines[local]),
        other_addresses=tuple((LocalizedLine(join_address(lines[tag], tag), tag),) for tag in others),
        facts=_list_facts(recipient, campaign),
        handed=delivery.handed,
        greetings=tuple(_list_phrases(recipient, campaign)),
        commands=tuple(keep_campaign(one.format(id=recipient.id), delivery.campaign) for one in _COMMANDS),
    )


def _list_versions(texts: Mapping[str, str], recipient: Recipient) -> tuple[LocalizedLine, ...]:
    """Return the different versions of a text: in our own language, the local one, and those of the letters."""
    local = next(iter(recipient.address.lines))
    tags = dict.fromkeys((OWN_LANGUAGE, local, *recipient.languages, *texts))
    versions = {texts[tag]: tag for tag in reversed(tags) if tag in texts}
    return tuple(LocalizedLine(text, tag) for text, tag in reversed(versions.items()))


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
        ("note", visit.remark),
    )
    return tuple((name, words) for name, words in facts if words)


def _list_phrases(recipient: Recipient, campaign: Campaign) -> Iterable[Phrases]:
    """List the phrases in the languages of the letters and in our own."""
    for tag in dict.fromkeys((*recipient.languages, OWN_LANGUAGE)):
        if greetings := load_locales()[tag].greetings:
            yield _make_phrases(tag, greetings, campaign)


def _make_phrases(tag: str, greetings: Greetings, campaign: Campaign) -> Phrases:
    sender, title = campaign.sender.name, campaign.addressee.title
    names = {"sender": sender.get(tag) or choose_text(sender), "addressee": title.get(tag) or choose_text(title)}

    def fill(pattern: str) -> LocalizedLine:
        return LocalizedLine(pattern.format_map(names), tag)

    return Phrases(name_language(tag), fill(greetings.gate), fill(greetings.taken), fill(greetings.refused))


def _write_line_html(line: LocalizedLine) -> Markup:
    """Return the HTML of a line, without breaks inside words for the languages that need it."""
    return HtmlWriter(keeps_words=load_locales()[line.language].layout.keep_words).words(line.text)


def _write_style(theme: Theme, campaign: Campaign, tip: str | None) -> str:
    foot = f"{campaign.reference} {campaign.id}" + (
        f" \u00b7 last hash of the mailing log {tip}" if tip else " \u00b7 no mailing log yet"
    )
    page = f"""
  size: A4; margin: {_MARGIN}mm; font-family: {list_families(theme, OWN_LANGUAGE)}; font-size: 7pt; color: #555;
  @bottom-left {{ content: "{foot}"; white-space: nowrap }}
  @bottom-right {{ content: counter(page) " / " counter(pages) }}
"""
    own = (resources.files(__package__) / "deliveries.css").read_text("utf-8")
    return write_sheet_css(theme, OWN_LANGUAGE, page) + own
