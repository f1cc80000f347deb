"""What stays here that might have gone, as `send` and `print` tell it."""

from collections import Counter
from collections.abc import Iterable

from petitioner.mailing.plan import Staying
from petitioner.terminal import Terminal


def show_staying(terminal: Terminal, staying: Iterable[Staying]) -> None:
    """Who is not written to now, and what to do about it; those of whom the same is to be said on one line."""
    everybody = tuple(staying)
    times = Counter(stay.id for stay in everybody)
    alike: dict[tuple[str, str], list[Staying]] = {}
    for stay in everybody:
        alike.setdefault((stay.reason, stay.hint), []).append(stay)
    for (reason, hint), group in alike.items():
        ids = ", ".join(f"{stay.id} ({stay.way})" if times[stay.id] > 1 else stay.id for stay in group)
        if group[0].is_done:
            terminal.say(f"{ids}: {reason}")
        else:
            terminal.say(f"{ids} {'stays' if len(group) == 1 else 'stay'}: {reason}", style="yellow")
        if hint:
            terminal.say(f"    {hint}")


def describe_staying(staying: Iterable[Staying]) -> list[dict[str, object]]:
    """The same for a program."""
    return [
        {
            "recipient": stay.id,
            "channel": stay.way,
            "reason": stay.reason,
            "done": stay.is_done,
            "in_doubt": stay.in_doubt,
        }
        for stay in staying
    ]
