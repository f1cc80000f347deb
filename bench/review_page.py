"""The page of ``petitioner review`` on a large workspace: CPU seconds of each answer, after start-up.

Run as ``python -m bench.review_page FOLDER RECIPIENTS`` with a home folder of its own, since it opens a log.
"""

import json
import re
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

from bench.mailing_log import YEARS, list_drafts
from bench.workspace import write_workspace
from petitioner.log.storage.store import MailingLog
from petitioner.review.app import make_app
from petitioner.review.live import LiveWorkspace
from petitioner.review.server import PageServer

LANGUAGES = ("en", "ja", "zh-Hans")
_TEXT = "letters/2027/petition.en.md"
_ID = re.compile(r"^  (\S+):$", re.MULTILINE)
_JAPANESE = re.compile(r'(?<=[ {])ja: (\[[^]]*\]|"[^"]*"|[^,{}]+)')  # used as Chinese, too
_PICTURE = re.compile(r'src="(/letters/[^"]+\.png)"')


@dataclass(frozen=True, slots=True)
class PageSeconds:
    """CPU seconds: to the start, of the first page, the slowest further one, a picture, and a saved file."""

    start: float
    first: float
    further: float
    picture: float
    saved: float
    events: int


def measure_page(folder: Path, recipients: int) -> PageSeconds:
    """Write a workspace with ten years of a log, open its page, and ask it."""
    write_workspace(folder, recipients, *LANGUAGES)
    path = folder / "recipients.yaml"
    path.write_text(_JAPANESE.sub(r"\g<0>, zh-Hans: \1", path.read_text(encoding="utf-8")), encoding="utf-8")
    ids = _ID.findall(path.read_text(encoding="utf-8"))
    drafts = (replace(one, recipient=ids[int(one.recipient.removeprefix("jp-"))]) for one in list_drafts(recipients))
    events = len(MailingLog.within(folder).append(lambda _: drafts))
    live = LiveWorkspace(folder, None, lambda: datetime.now(UTC), "Hanako")
    start = _time(live.refresh)
    server = PageServer(make_app(live), 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        ask = _enter(server)
        for name in ids[-2:]:  # what draws is loaded once, in the background, after the start
            ask(_PICTURE.findall(ask(f"/letters/{name}/petition.en"))[0])
        paths = [f"/letters/{name}/petition.{tag}" for name in ids[:4] for tag in LANGUAGES]
        records = ["/paper", "/log", "/log?q=letter", "/recipients", f"/recipients/{ids[0]}"]
        for one in records:  # the words of the log are collected in the background, too
            ask(one)
        with live.lock:  # so that no letter is drawn in advance meanwhile
            first = _time(partial(ask, "/"))
            further = max(_time(partial(ask, path)) for path in ["/", *paths, *records, f"{paths[0]}?beside=ja"])
            picture = _PICTURE.findall(ask(f"/letters/{ids[9]}/petition.ja"))[0]
        drawn = _time(partial(ask, picture))
        saved = _time(lambda: _save(folder / _TEXT, live))
    finally:
        server.stop()
        thread.join()
    return PageSeconds(start, first, further, drawn, saved, events)


def _time(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _save(path: Path, live: LiveWorkspace) -> None:
    number = live.number
    path.write_text(path.read_text(encoding="utf-8") + "\nOne sentence more.\n", encoding="utf-8")
    while live.number == number:
        time.sleep(0.01)


def _enter(server: PageServer) -> Callable[[str], str]:
    """Exchange the token for the cookie, and return a function that asks for a path."""
    cookie = ""

    def ask(path: str) -> str:
        nonlocal cookie
        connection = HTTPConnection("127.0.0.1", server.guard.port)
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        cookie = answer.headers.get("set-cookie", cookie).partition(";")[0]
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        return text

    ask(server.guard.address.removeprefix(server.guard.origin))
    return ask


if __name__ == "__main__":
    print(json.dumps({**asdict(measure_page(Path(sys.argv[1]), int(sys.argv[2]))), "years": YEARS}))
