"""A person at a real browser without a mouse."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from components import require
from review_page import open_page

_IN_A_FIELD = (
    "document.activeElement.matches('input:not([type=checkbox], [type=radio], [type=button]), textarea, select')"
)
_HARMLESS = ("status of 404", "status of 409")  # which the browser remarks about every such answer


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium without a window."""
    chromium = require("chromium")
    flags = ["--no-sandbox"] if os.getuid() == 0 else []  # which Chromium wants of root
    with sync_playwright() as playwright:
        expect.set_options(timeout=30_000)
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@contextmanager
def open_tab(browser: Browser, folder: Path) -> Iterator[Page]:
    """Serve the page of a workspace, and open it. At the end, the browser must have complained about nothing."""
    with open_page(folder) as review, browser.new_context() as context:
        faults: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(review.address)
        page.wait_for_url(f"{review.origin}/")
        yield page
        assert [one for one in faults if not any(words in one for words in _HARMLESS)] == []


class Hands:
    """Two hands at a keyboard, which wait until the page has loaded."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def is_in_a_field(self) -> bool:
        """Whether a text field has the focus, once the page has loaded."""
        while True:
            self.page.wait_for_load_state()
            try:
                return bool(self.page.evaluate(_IN_A_FIELD))
            except Error:  # another page is being loaded
                continue

    def press(self, key: str) -> None:
        """Press a key when the page has loaded, as a person would."""
        self.is_in_a_field()
        self.page.keyboard.press(key)

    def fill(self, text: str, key: str = "Enter") -> None:
        """Type a text into the field that has the focus, and then a key."""
        assert self.is_in_a_field(), "no field has the focus"
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press(key)
