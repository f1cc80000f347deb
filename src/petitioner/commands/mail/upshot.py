"""What `send` ends with: how everything stands now, and what to do next."""

from petitioner.carriers import ENDING
from petitioner.commands.inspection import Scope, count_things
from petitioner.commands.mail.errand import Order, Run
from petitioner.commands.mail.outbox import Outbox
from petitioner.commands.mail.receipts import account_for, show_what_waits, tell_late
from petitioner.commands.runs import list_chosen
from petitioner.commands.staying import show_staying
from petitioner.errors import ExitStatus
from petitioner.mailing.dispatch import Report
from petitioner.mailing.plan import is_meant
from petitioner.mailing_log.states.attention import is_late
from petitioner.mailing_log.states.packets import State
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal


def conclude(terminal: Terminal, scope: Scope, order: Order, outbox: Outbox, run: Run) -> ExitStatus:
    """Tell how everything stands now, as the log says and not as this run remembers, and what to do next."""
    show_staying(terminal, outbox.staying)
    untried = run.list_untried(outbox) if order.ways else []
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.{run.tell_end()}", style="yellow")
    terminal.say(_sum_up(outbox, order, run.count_gone()))
    chosen = list_chosen(outbox.desk, outbox.log.read(), scope.selection)
    standings = [one for one in chosen if is_meant(one)]
    if not order.to_me:
        terminal.say(f"{account_for(standings)}.")
    late = [one for one in chosen if one.open_ways] if is_late(outbox.desk) else []
    if late:
        terminal.say(tell_late(outbox.desk, late), style="yellow")
    if run.count_gone() and (order.eml or order.drafts):
        show_what_waits(terminal, as_files=order.eml is not None)
    by_mail = [packet for one in standings for packet in one.packets if packet.key.channel == Channel.EMAIL]
    is_doubtful = any(packet.state is State.IN_DOUBT for packet in by_mail)
    is_left = untried or any(not stay.is_done for stay in outbox.staying) or not run.all_went
    has_ended = any(isinstance(one, Report) and one.answer.outcome in ENDING for one in run.tries)
    _say_next(terminal, outbox, order, is_doubtful=is_doubtful, is_left=bool(is_left), has_ended=has_ended)
    return max(run.end, ExitStatus.IN_DOUBT if is_doubtful else ExitStatus(bool(is_left or late)))


def _sum_up(outbox: Outbox, order: Order, gone: int) -> str:
    count, sender = count_things(len(outbox.jobs), "e-mail"), outbox.account.sender.address
    if not outbox.jobs:
        return "There is nothing to send now."
    if not order.ways:
        return f"{count} would be sent from {sender}; nothing was sent."
    if order.to_me:
        return f"{gone} of {count} sent to {sender} alone, as a rehearsal; nothing counts as sent."
    if order.for_real:
        return f"{gone} of {count} sent from {sender}."
    where = f"written into {order.eml}, one file each" if order.eml else f"put among the drafts of {sender}"
    return f"{gone} of {count} {where}; nothing has been sent yet."


def _say_next(
    terminal: Terminal, outbox: Outbox, order: Order, *, is_doubtful: bool, is_left: bool, has_ended: bool
) -> None:
    """Name the first step that fits."""
    needs_approval = any(stay.needs_approval for stay in outbox.staying)
    steps = (
        (is_doubtful, "inbox", "it looks for signs of what became of those in doubt"),
        (not outbox.jobs and needs_approval, "approve", "only what is approved goes out"),
        (not outbox.jobs, "log", "to see where every packet stands"),
        (has_ended, f"send {' '.join(order.ways)}", "when the time has come, or the cause is mended"),
        (order.to_me, "send --for-real", "once you have read what came to you"),
        (not order.ways, "send --to-me", "a rehearsal, to yourself alone"),
        (is_left, "send", "it says what is left, and why; nothing goes out twice"),
        (order.for_real, "inbox", "it reads what came back, and finds what was sent"),
        (True, "inbox", "once you have sent them; it finds them among your sent mail"),
    )
    command, why = next((command, why) for fits, command, why in steps if fits)
    terminal.say_next(f"petitioner {command}", why)
