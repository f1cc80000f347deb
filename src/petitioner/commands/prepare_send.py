"""Choose the account and make the messages for ``petitioner send``."""

from dataclasses import dataclass
from os import environ

from petitioner.commands.load_and_check import Scope
from petitioner.commands.runs import MAIL_CHANNELS, prepare_run
from petitioner.delivery.plan import PlannedPacket, SkippedPacket
from petitioner.errors import PetitionerError
from petitioner.inputs.settings import locate_settings
from petitioner.log.context import LogContext
from petitioner.log.storage.store import MailingLog
from petitioner.mail.accounts import choose_account, read_accounts
from petitioner.mail.message import Identity, Mailbox
from petitioner.mail.outgoing import MessageSettings, SendJob, prepare_job
from petitioner.mail.passwords import Secret, find_secret
from petitioner.model.account import Account, Login, MailAddress, Server
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class MessageOptions:
    """Which ``account`` sends, which ``formats`` (file endings) are attached, and the author, ``by``."""

    account: str | None = None
    formats: tuple[str, ...] = ("pdf",)
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Outbox:
    """The messages that can leave now, byte for byte, and the packets that are skipped, with reasons."""

    account: Account
    settings: MessageSettings
    context: LogContext
    log: MailingLog
    jobs: tuple[SendJob, ...]
    skipped: tuple[SkippedPacket, ...]


def prepare_outbox(terminal: Terminal, scope: Scope, choices: MessageOptions) -> Outbox:
    """Read everything, and make every message.

    Raises WorkspaceError when the workspace has errors, and ``PetitionerError`` when no chosen recipient gets e-mail,
    no account can be used, or the log cannot be read.
    """
    prepared = prepare_run(terminal, scope, choices.by, MAIL_CHANNELS)
    context, log, plan = prepared.context, prepared.log, prepared.plan
    account = choose_account(read_accounts(locate_settings()), choices.account)
    settings = make_settings(account, choices.formats, context, log)
    results = [make_job(planned, settings) for planned in plan.planned]
    jobs = tuple(one for one in results if isinstance(one, SendJob))
    failed = tuple(one for one in results if isinstance(one, SkippedPacket))
    return Outbox(account, settings, context, log, jobs, (*plan.skipped, *failed))


def make_settings(account: Account, formats: tuple[str, ...], context: LogContext, log: MailingLog) -> MessageSettings:
    """Return what all messages of an account share; they are dated now."""
    identity = Identity(_make_mailbox(account.sender), _make_mailbox(account.reply_to) if account.reply_to else None)
    date = context.now.astimezone(context.campaign.zone)
    return MessageSettings(identity, formats, account.own_copy, log.read_blob, date)


def _make_mailbox(address: MailAddress) -> Mailbox:
    return Mailbox(address.address, address.name or "")


def find_password(terminal: Terminal, account: Account, server: Server) -> Secret | None:
    """Return the password of an account; None for a server without a login. Raises AccountError."""
    if server.login is Login.NONE:
        return None
    return find_secret(account, environ, terminal.ask_secret if terminal.can_ask else None)


def make_job(planned: PlannedPacket, settings: MessageSettings) -> SendJob | SkippedPacket:
    """Make the message of a packet; or return why that is impossible."""
    try:
        return prepare_job(planned, settings)
    except PetitionerError as error:
        return SkippedPacket(planned.packet.key.recipient, str(error), error.hint)
