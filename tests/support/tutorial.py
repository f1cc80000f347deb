"""Follows a page that shows commands with their output: does what it says, and compares what comes.

In a page, these are followed from top to bottom:

    ```console      lines that begin with `$ ` are commands; the lines below each are what it shows at a terminal
    ```diff         the change of a file, which the first line names: `--- recipients.yaml`
    ```toml         the user's config.toml
    <!-- on: 2027-09-01 -->              the day from here on, at noon
    <!-- answers: [q]uit: → y | …  -->   the end of each question in the next block, and what is typed

Everything else is prose. What differs between machines is not compared: see `VARYING`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from shlex import split

from petitioner.inputs.settings import locate_settings
from pseudo_terminal import TerminalSettings, run_at_terminal

VARYING = (
    r"\b\d{4}-\d\d-\d\d\b",  # days: what is sent is dated by the real clock, once that is past the page's day
    r"\b[0-9a-f]{12,64}\b",  # hashes: they depend on the fonts of the machine
    r"\b\d+(\.\d+)? [kM]B\b",  # sizes of files, for the same reason
)
"""What two machines may show differently, as regular expressions."""

CUT = "\n…\n"
"""A line of the page in the place of many lines that nobody would read."""

_PART = re.compile(
    r"^<!-- (?P<setting>on|answers): (?P<value>.*?) -->$|^```(?P<kind>console|diff|toml)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass
class Tutorial:
    """A page, the folder in which its reader is, and what the page calls what a test calls otherwise.

    ``replaced`` are words of the page, each with the word of the test in its place: a server, a port, a password.
    """

    folder: Path
    replaced: Mapping[str, str]
    _now: datetime = datetime(2027, 9, 1, 3, tzinfo=UTC)
    _answers: list[tuple[str, str]] = field(default_factory=list)

    def follow(self, page: str) -> str:
        """Do everything that a page says, and return the page with the output that came."""
        return _PART.sub(self._follow_part, page)

    def _follow_part(self, part: re.Match[str]) -> str:
        if part["setting"]:
            self._set(part["setting"], part["value"])
            return part[0]
        match part["kind"]:
            case "console":
                return f"```console\n{''.join(self._run_commands(part['text']))}```"
            case "diff":
                self._edit(part["text"])
            case _:
                locate_settings().parent.mkdir(parents=True, exist_ok=True)
                locate_settings().write_text(self._replace(part["text"]), "utf-8")
        return part[0]

    def _set(self, setting: str, value: str) -> None:
        if setting == "on":
            self._now = datetime.combine(datetime.fromisoformat(value), time(3), UTC)
        else:
            pairs = (pair.split(" → ") for pair in value.split(" | "))
            self._answers = [(question, self._replace(answer)) for question, answer in pairs]

    def _run_commands(self, text: str) -> Iterator[str]:
        for shown in re.split(r"^(?=\$ )", text, flags=re.MULTILINE)[1:]:
            command, _, expected = shown.removeprefix("$ ").partition("\n")
            came = self._run(command)
            came = shorten(came, expected)
            yield f"$ {command}\n{expected if blank(came) == blank(expected) else came}"

    def _run(self, command: str) -> str:
        program, *arguments = split(command)
        if program == "cd":
            self.folder /= arguments[0]
            return ""
        assert program == "petitioner", f"A tutorial has no other programs: {command}"
        answers, self._answers = self._answers, []
        at = TerminalSettings(columns=80, now=self._now)
        _, came = run_at_terminal(self.folder, arguments, answers, is_known=False, at=at)
        for word, other in self.replaced.items():
            came = came.replace(other, word)
        return re.sub(" +$", "", came.lstrip("\n"), flags=re.MULTILINE)  # a bar of progress leaves an empty line

    def _edit(self, text: str) -> None:
        """Make a change: the lines with a minus and those with a blank are found once in the file."""
        name, _, lines = text.removeprefix("--- ").partition("\n")
        before, after = (
            "".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] in kept) for kept in (" -", " +")
        )
        path = self.folder / name
        content = path.read_text("utf-8")
        assert content.count(before) == 1, f"{content.count(before)} times in {name}:\n{before}"
        path.write_text(content.replace(before, after), "utf-8")

    def _replace(self, text: str) -> str:
        for word, other in self.replaced.items():
            text = text.replace(word, other)
        return text


def shorten(text: str, page: str) -> str:
    """Leave out of a text what the page leaves out by a line that is `…`: as many lines before and after it stay."""
    before, cut, after = page.partition(CUT)
    if not cut:
        return text
    lines = text.splitlines(keepends=True)
    return "".join([*lines[: before.count("\n") + 1], CUT[1:], *lines[len(lines) - after.count("\n") :]])


def blank(text: str) -> list[str]:
    """Return the words of a text without what differs between machines.

    The ends of lines are not compared, since the length of a path moves them.
    """
    return re.sub("|".join(f"(?:{one})" for one in VARYING), "…", text).split()
