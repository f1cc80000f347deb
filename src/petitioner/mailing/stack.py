"""The stack of packets that are to be printed now, each as the documents that were approved, in their order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from petitioner.approval.packets import Packet
from petitioner.errors import UsageError, suggest
from petitioner.mailing.composing import list_attached, read_frozen
from petitioner.mailing.plan import Plan, ReadBlob, Staying
from petitioner.mailing_log.events.kinds import AT_THE_PRINTER, Kind
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.packets import ON_PAPER, State
from petitioner.mailing_log.states.packets import Packet as Stood
from petitioner.mailing_log.states.standings import Standing
from petitioner.sheets.imposition import Bundle, Paper

_HELD = 12  # files that are held: what lies in every packet is read once, and letters are not kept


@dataclass(frozen=True, slots=True)
class Item:
    """A packet to be printed, and its documents; ``before`` is where it stood if it may lie on paper already.

    ``left`` is the entry of a job that may still print what was approved before: the packet was approved anew since,
    and nobody ever heard how that job ended.
    """

    packet: Packet
    bundle: Bundle
    before: Stood | None = None
    left: Event | None = None

    @property
    def id(self) -> str:
        """The recipient."""
        return self.packet.key.recipient


@dataclass(frozen=True, slots=True)
class Stack:
    """Every packet on paper that is chosen: those to be printed now, and the others with the reason."""

    items: tuple[Item, ...]
    staying: tuple[Staying, ...]


def stack_packets(plan: Plan, standings: Iterable[Standing], again: tuple[str, ...], read: ReadBlob) -> Stack:
    """What is printed now: whatever goes out on paper and does not lie there yet, and who is named in ``again``.

    Raises UsageError for somebody in ``again`` of whom nothing can be printed, and ``PetitionerError`` for a file that
    the log no longer has.
    """
    stood = {packet.key: packet for standing in standings for packet in standing.packets}
    _require_here(again, plan)
    printed = {key: packet for key, packet in stood.items() if packet.state in ON_PAPER}
    going = [one for one in plan.going if one.packet.key not in printed or one.packet.key.recipient in again]
    read = lru_cache(_HELD)(read)
    items = tuple(_gather(one.packet, stood.get(one.packet.key), read) for one in going)
    doubtful = {(key.recipient, key.channel) for key, one in stood.items() if one.state is State.PRINT_IN_DOUBT}
    # Whatever else keeps a packet here, it may lie on paper if that is in doubt.
    staying = (replace(stay, in_doubt=True) if (stay.id, stay.way) in doubtful else stay for stay in plan.staying)
    lying = [printed[one.packet.key] for one in plan.going if one not in going]
    return Stack(items, (*staying, *_explain(lying)))


def find_begun(stood: Stood) -> Event | None:
    """The entry of a packet's last job."""
    return next((event for event in reversed(stood.events) if event.kind is Kind.PRINTING), None)


def find_unheard(stood: Stood) -> Event | None:
    """The entry of a packet's last job, if nobody heard how it ended."""
    heard = [event.kind for event in stood.events if event.kind in AT_THE_PRINTER | {Kind.PRINTED}]
    return find_begun(stood) if heard and heard[-1] in (Kind.PRINTING, Kind.PRINT_IN_DOUBT) else None


def _require_here(again: Iterable[str], plan: Plan) -> None:
    here = [one.packet.key.recipient for one in plan.going]
    for id_ in (id_ for id_ in again if id_ not in here):
        stays = [stay for stay in plan.staying if stay.id == id_]
        why = "; ".join(stay.reason for stay in stays) or "it is not among those who are written to on paper"
        hint = next((stay.hint for stay in stays if stay.hint), "") if stays else suggest(id_, here)
        sentence = f"Nothing of {id_} can be printed again: {why}."
        raise UsageError(sentence, hint or "See what would be printed: petitioner print")


def _gather(packet: Packet, stood: Stood | None, read: ReadBlob) -> Item:
    files = tuple(list_attached(packet, ["pdf"]))
    for file in files:
        read_frozen(file.name, file.sha256, packet, read)  # what is missing is told before anything is printed
    papers = (Paper(file.name, partial(read_frozen, file.name, file.sha256, packet, read)) for file in files)
    lies = stood is not None and stood.state in ON_PAPER
    left = find_unheard(stood) if stood and not lies else None
    return Item(packet, Bundle(packet.reference, packet.name, tuple(papers)), stood if lies else None, left)


def _explain(lying: Sequence[Stood]) -> Iterator[Staying]:
    """Why each is not printed now; the same words of all that were printed, so that they are told in one line a day."""
    printed = {stood.key.recipient for stood in lying if stood.state is State.PRINTED}
    for stood in lying:
        told = f"{stood.state} on {stood.since.happened_on}"
        if stood.state is State.PRINTED:
            which, id_ = ("it", stood.key.recipient) if len(printed) == 1 else ("one of them", "ID")
            hint = f"To print {which} once more: petitioner print --again {id_}"
            yield Staying(stood.key.recipient, told, hint, is_done=True, way=stood.key.channel)
        else:
            yield _explain_doubt(stood, f"{told} (event {stood.since.id})")


def _explain_doubt(stood: Stood, told: str) -> Staying:
    id_ = stood.key.recipient
    hint = f"Look at the printer. If it lies there: petitioner log add printed {id_}."
    return Staying(
        id_, told, f"{hint} To print it once more: petitioner print --again {id_}", in_doubt=True, way=stood.key.channel
    )
