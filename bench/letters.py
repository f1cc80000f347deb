"""How long `petitioner check` takes beside the build of the same letters: CPU seconds, in three languages.

Run by `make bench`: checks 300 recipients, and builds the letters of 10 of them, from which the whole build is
reckoned. With ``--whole`` everything is built, which takes minutes. The missions are made up by rule in a temporary
folder; the letters are this repository's own.
"""

import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

RECIPIENTS, FEW, RUNS = 300, 10, 5
GOAL = 0.1
"""The most that a check may take of the time of a build."""

_ROOT = Path(__file__).parent.parent
_PLACES = ["青葉", "若松", "泉", "緑", "旭", "港", "栄", "南", "北", "東", "西", "中"]
_ENTRY = """\
  jp-bench-{number}:
    kind: {kind}
    country: JP
    city: {{en: Town {number}, ja: {place}町{number}, zh-Hans: {place}町{number}}}
    name:
      en: Consulate-General of the People's Republic of China in Town {number}
      ja: 中華人民共和国駐{place}町{number}総領事館
      zh-Hans: 中华人民共和国驻{place}町{number}总领事馆
    address:
      postal_code: {code}
      lines:
        ja: [〒{code}, 見本県{place}町{number}番地]
        en: [{number} {word}-cho, "Mihon-ken {code}"]
    languages: [zh-Hans, ja, en]
    channels: [post]
    source: made up
    verified: {today}
"""
_WORDS = [
    "Aoba",
    "Wakamatsu",
    "Izumi",
    "Midori",
    "Asahi",
    "Minato",
    "Sakae",
    "Minami",
    "Kita",
    "Higashi",
    "Nishi",
    "Naka",
]


def main(arguments: list[str]) -> int:
    """Measure both, and print the medians and their ratio; 1 when the goal is missed."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_workspace(folder, RECIPIENTS)
        check = statistics.median(_time(folder, "check") for _ in range(RUNS))
        start = statistics.median(_time(folder, "--version") for _ in range(RUNS))
        if "--whole" in arguments:
            build, said = _time(folder, "build"), "measured"
        else:
            few = statistics.median(_build_few(folder) for _ in range(3))
            none = statistics.median(_time(folder, "check", "--limit", str(FEW)) for _ in range(3))
            build, said = none + (few - none) * RECIPIENTS / FEW, f"reckoned from {3 * FEW} letters"
    ratio = check / build
    print(f"{RECIPIENTS} recipients, 3 languages: {3 * RECIPIENTS} letters; medians of CPU seconds")
    print(f"petitioner --version   {start:8.2f} s")
    print(f"petitioner check       {check:8.2f} s   {(check - start) / RECIPIENTS / 3 * 1000:.1f} ms a letter")
    print(f"petitioner build       {build:8.2f} s   {said}")
    print(f"check takes {ratio:.3f} of the time of a build (goal: under {GOAL})")
    return int(ratio >= GOAL)


def write_workspace(folder: Path, recipients: int) -> None:
    """The letters of this repository, to missions in towns that are numbered."""
    shutil.copytree(_ROOT / "letters", folder / "letters")
    (folder / "recipients.yaml").write_text("recipients:\n" + "".join(map(_write_entry, range(1, recipients + 1))))


def _write_entry(number: int) -> str:
    place = number % len(_PLACES)
    kind = "embassy" if number == 1 else "consulate-general"
    code = f"{100 + number:03}-{number:04}"
    today = datetime.now(UTC).date()  # a day to come would be an error
    return _ENTRY.format(number=number, kind=kind, place=_PLACES[place], word=_WORDS[place], code=code, today=today)


def _build_few(folder: Path) -> float:
    shutil.rmtree(folder / "out", ignore_errors=True)
    return _time(folder, "build", "--limit", str(FEW))


def _time(folder: Path, *command: str) -> float:
    """The CPU seconds of a command in a process of its own, the children that it starts included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "petitioner", "-C", str(folder), *command],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "HOME": str(folder)},
    )
    assert done.returncode == 0, done.stderr  # noqa: S101 - what does not work is not measured
    assert not re.search(r"[1-9]\d* error", done.stderr), done.stderr  # noqa: S101 - what does not work is not measured
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
