"""What `send` begins with: the account, the plan, and the very messages that would leave."""

from dataclasses import dataclass

from petitioner.accounts.reading import choose_account, read_accounts
from petitioner.commands.docket import gather_requests
from petitioner.commands.inspection import Scope, inspect_workspace
from petitioner.commands.secretary import sit_down
from petitioner.errors import PetitionerError
from petitioner.mailing.jobs import Bench, Job, prepare_job
from petitioner.mailing.plan import Going, Staying, plan_sending
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.slips import sign
from petitioner.mailing_log.states.standings import belongs, take_stock
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.message.parts import Identity, Mailbox
from petitioner.model.account import Account
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
    """Read everything, and make every message. Raises WorkspaceError when the workspace has errors."""
    found = inspect_workspace(scope)
    mailing, _ = found.require()
    terminal.report(found.problems)
    account = choose_account(read_accounts(locate_settings()), choices.account)
    desk = sign(sit_down(found.workspace, mailing, scope.now, choices.by))
    log = MailingLog.within(scope.folder)
    events = tuple(event for event in log.read() if belongs(event, mailing))
    chosen = set(scope.selection.only)
    standings = [one for one in take_stock(desk.recipients, mailing, events) if not chosen or one.id in chosen]
    plan = plan_sending(gather_requests(found, desk, events), standings, events, log.read_blob)
    bench = Bench(
        _identify(account), choices.formats, account.own_copy, log.read_blob, scope.now.astimezone(mailing.zone)
    )
    made = [_try(going, bench) for going in plan.going]
    jobs = tuple(one for one in made if isinstance(one, Job))
    return Outbox(account, bench, desk, log, jobs, (*plan.staying, *(one for one in made if isinstance(one, Staying))))


def _identify(account: Account) -> Identity:
    sender, back = account.sender, account.reply_to
    return Identity(
        Mailbox(sender.address, sender.name or ""), Mailbox(back.address, back.name or "") if back else None
    )


def _try(going: Going, bench: Bench) -> Job | Staying:
    try:
        return prepare_job(going, bench)
    except PetitionerError as error:
        return Staying(going.packet.key.recipient, str(error), error.hint)
