"""What each packet of a print run goes into, what it weighs then, and what it costs to post it."""

from datetime import date
from pathlib import PurePosixPath

from petitioner.commands.runs import Prepared
from petitioner.locales import choose_text
from petitioner.mailing.stack import Item, Stack
from petitioner.mailing_log.events.chain import find_tip
from petitioner.mailing_log.states.standings import name_in_short
from petitioner.model.campaign import Campaign
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.stationery import Envelope
from petitioner.postage import choose_class, find_postage, load_books
from petitioner.sheets.cover import Cover, Packing, weigh
from petitioner.sheets.imposition import PlacedBundle, Run
from petitioner.stationery.names import find_envelope


def write_cover(prepared: Prepared, stack: Stack, run: Run) -> Cover:
    """The words of the cover sheet of a run."""
    mailing = prepared.desk.campaign
    numbered = enumerate(zip(stack.items, run.bundles, strict=True), start=1)
    return Cover(
        title=f"Print run, {choose_text(mailing.name)}, {mailing.day:%-d %B %Y}",
        made_on=prepared.desk.today,
        by=prepared.desk.by,
        duplex=run.duplex,
        packings=tuple(_pack(number, item, placed, prepared) for number, (item, placed) in numbered),
        left_out=tuple((f"{stay.id} ({stay.way})", stay.reason) for stay in stack.staying),
        tip=find_tip(prepared.events) or "",
        events=len(prepared.events),
    )


def _pack(number: int, item: Item, placed: PlacedBundle, prepared: Prepared) -> Packing:
    mailing = prepared.desk.campaign
    recipient = next(one for one in prepared.desk.recipients if one.id == item.id)
    envelope = find_envelope(mailing.post.envelope)
    weight = weigh(placed.sheets, mailing.post.paper, envelope.grams)
    way = item.packet.key.channel
    return Packing(
        number=number,
        placed=placed,
        mission=name_in_short(recipient),
        way=way,
        papers=tuple(f"{PurePosixPath(paper.name).stem} ({paper.sheets})" for paper in placed.papers),
        envelope=mailing.post.envelope,
        weight=weight,
        franking=_frank(recipient, mailing, envelope, weight, prepared.desk.today) if way == Channel.POST else (),
    )


def _frank(recipient: Recipient, mailing: Campaign, envelope: Envelope, weight: float, today: date) -> tuple[str, ...]:
    """The class of mail and its price; nothing where the sender's post is not known."""
    home = mailing.sender.country
    name = choose_class(home, mailing.post.mail_class, recipient.country)
    if name is None:
        return ()
    size = (envelope.width, envelope.height)
    price = find_postage(home, name, recipient.country, weight, size, today)
    return choose_text(load_books()[home].classes[name].name), str(price) if price else "price not known"
