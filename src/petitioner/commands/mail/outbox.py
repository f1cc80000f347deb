"""What `send` begins with: the plan, the account, and the very messages that would leave."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from petitioner.accounts.reading import choose_account, read_accounts
from petitioner.commands.docket import gather_requests
from petitioner.commands.inspection import Scope, inspect_workspace
from petitioner.commands.secretary import open_log, read_log, sit_down
from petitioner.errors import PetitionerError
from petitioner.mailing.jobs import Bench, Job, prepare_job
from petitioner.mailing.plan import Going, Staying, is_meant, plan_sending
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.slips import sign
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.states.standings import Standing, belongs, take_stock
from petitioner.mailing_log.states.taken import Others
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.message.parts import Identity, Mailbox
from petitioner.model.account import Account, MailAddress
from petitioner.selection import Selection, choose
from petitioner.settings import locate_settings
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Choices:
    """Which ``account`` sends, in which ``formats`` (endings) the letters go along, and ``by`` whom it is done."""

    account: str | None = None
    formats: tuple[str, ...] = ("pdf",)
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Outbox:
    """All that could leave now, as the bytes that would leave, and all that stays, with the reason."""

    account: Account
    bench: Bench
    desk: Desk
    log: MailingLog
    jobs: tuple[Job, ...]
    staying: tuple[Staying, ...]


def fill_outbox(terminal: Terminal, scope: Scope, choices: Choices) -> Outbox:
    """Read everything, and make every message.

    Raises WorkspaceError when the workspace has errors, and ``PetitionerError`` when nobody is written to by e-mail, no
    account can be used, or the log cannot be read.
    """
    found = inspect_workspace(scope)
    mailing, _ = found.require()
    desk = sign(sit_down(found.workspace, mailing, scope.now, choices.by))
    log = open_log(terminal, scope.folder, desk.recipients)
    events = read_log(terminal, log)
    terminal.report(found.problems)
    standings = [one for one in list_chosen(desk, events, scope.selection) if is_meant(one)]
    if not standings:
        hint = "Whoever gets e-mail has 'email' among its channels in recipients.yaml."
        raise PetitionerError("Nobody who was chosen is written to by e-mail.", hint)
    present = tuple(event for event in events if belongs(event, mailing))
    others = Others.read(desk, events)
    plan = plan_sending(gather_requests(found, desk, events), standings, present, log.read_blob, others)
    account = choose_account(read_accounts(locate_settings()), choices.account)
    date = scope.now.astimezone(mailing.zone)
    bench = Bench(_identify(account), choices.formats, account.own_copy, log.read_blob, date)
    made = [_try(going, bench) for going in plan.going]
    jobs = tuple(one for one in made if isinstance(one, Job))
    spoilt = tuple(one for one in made if isinstance(one, Staying))
    return Outbox(account, bench, desk, log, jobs, (*plan.staying, *spoilt))


def list_chosen(desk: Desk, events: Iterable[Event], selection: Selection) -> Sequence[Standing]:
    """Where everybody stands who was chosen; those gone from recipients.yaml, too.

    ``events`` are those of all campaigns, since a later one closes what this one left. Raises UsageError when the
    selection names what is not there.
    """
    chosen = {recipient.id for recipient, _ in choose(selection, desk.recipients)}
    standings = take_stock(desk.recipients, desk.campaign, events)
    return [one for one in standings if selection.is_everything or one.id in chosen]


def _identify(account: Account) -> Identity:
    return Identity(_spell(account.sender), _spell(account.reply_to) if account.reply_to else None)


def _spell(address: MailAddress) -> Mailbox:
    return Mailbox(address.address, address.name or "")


def _try(going: Going, bench: Bench) -> Job | Staying:
    try:
        return prepare_job(going, bench)
    except PetitionerError as error:
        return Staying(going.packet.key.recipient, str(error), error.hint)
