#!/usr/bin/env python3
"""Takes pictures of every page of ``petitioner review`` in build/screenshots/: light, dark, narrow and in print.

The real letters are shown in a copy of the workspace: one text is read, one packet is approved, and a sentence is
changed afterwards. docs/review.png, the picture in the documents, is a copy of ``letter-top.png``.
It needs Chromium, which ``make servers`` installs.
"""

import os
import shutil
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from petitioner.review.app import make_app
from petitioner.review.live import LiveWorkspace
from petitioner.review.server import PageServer

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "build" / "screenshots"
DAY = datetime(2027, 9, 1, 3, tzinfo=UTC)
PAGES: Mapping[str, str] = {
    "today": "/",
    "letter": "/letters/jp-osaka/petition.ja",
    "changed": "/letters/jp-tokyo/petition.en",
    "beside": "/letters/jp-osaka/petition.ja?beside=zh-Hans",
    "nowhere": "/nowhere",
}
MODES: Mapping[str, tuple[int, str, str]] = {  # width in pixels, colours, medium
    "light": (1360, "light", "screen"),
    "dark": (1360, "dark", "screen"),
    "narrow": (390, "light", "screen"),
    "print": (794, "light", "print"),
}


def main() -> int:
    """Take all pictures, or those of the pages that were named."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed: make servers", file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    names = sys.argv[1:] or list(PAGES)
    with TemporaryDirectory() as home:
        os.environ["HOME"] = home
        folder = Path(home, "petitions")
        shutil.copytree(ROOT / "letters", folder / "letters")
        shutil.copy(ROOT / "recipients.yaml", folder)
        live = LiveWorkspace(folder, None, lambda: DAY, "Hanako Sato")
        live.refresh()
        server = PageServer(make_app(live), 0)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            with sync_playwright() as playwright:
                flags = ["--no-sandbox"] if os.getuid() == 0 else []
                browser = playwright.chromium.launch(executable_path=chromium, args=flags)
                page = browser.new_page()
                page.goto(server.guard.address)
                _prepare(page, server.guard.origin, folder)
                for name in names:
                    _picture(page, server.guard.origin, name)
                browser.close()
        finally:
            server.stop()
            thread.join()
    return 0


def _prepare(page: Page, origin: str, folder: Path) -> None:
    """Read a text, approve a packet, and change a sentence after both."""
    page.goto(f"{origin}{PAGES['changed']}")
    page.get_by_role("textbox", name="Native reader").fill("Ann Reader")
    page.get_by_role("button", name="Record that").click()
    page.get_by_text("Ann Reader read petition.en").wait_for()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Approve post").click()
    page.get_by_text("The log keeps the files").wait_for(timeout=120_000)
    text = folder / "letters/2027/petition.en.md"
    words = text.read_text(encoding="utf-8")
    text.write_text(words.replace("most of them women", "many of them women ,"), encoding="utf-8")
    page.get_by_text("lapsed", exact=True).wait_for(timeout=60_000)


def _picture(page: Page, origin: str, name: str) -> None:
    for mode, (width, scheme, medium) in MODES.items():
        page.set_viewport_size({"width": width, "height": 900})
        is_print = medium == "print"
        page.emulate_media(
            color_scheme="dark" if scheme == "dark" else "light", media="print" if is_print else "screen"
        )
        page.goto(f"{origin}{PAGES[name]}")
        page.wait_for_load_state("load")
        page.screenshot(path=PICTURES / f"{name}-{mode}.png", full_page=True)
        if (name, mode) == ("letter", "light"):
            page.set_viewport_size({"width": width, "height": 1080})
            page.screenshot(path=PICTURES / "letter-top.png")


if __name__ == "__main__":
    sys.exit(main())
