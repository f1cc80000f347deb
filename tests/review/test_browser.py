"""A person at a real browser, mostly without a mouse."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from components import require
from conftest import WorkspaceCopy
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog
from review_page import open_page

TEXT = "letters/2027/petition.en.md"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = require("chromium")
    flags = ["--no-sandbox"] if os.getuid() == 0 else []  # which Chromium wants of root
    with sync_playwright() as playwright:
        expect.set_options(timeout=30_000)
        opened = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, workspace: WorkspaceCopy) -> Iterator[Page]:
    with open_in_browser(browser, workspace) as page:
        yield page


@contextmanager
def open_in_browser(browser: Browser, workspace: WorkspaceCopy) -> Iterator[Page]:
    """The page of a workspace in a browser that finds no fault with it."""
    with open_page(workspace.folder) as review, browser.new_context() as context:
        faults: list[str] = []
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(review.address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.url == f"{review.origin}/"
        yield page
        assert [one for one in faults if not re.search("status of (404|409)", one)] == []


@pytest.mark.slow
def test_a_letter_is_read_and_approved_by_keys_alone_and_again_after_a_change(
    page: Page, workspace: WorkspaceCopy
) -> None:
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("jp-tokyo")
    if "petition.en" not in (page.title()):
        press(page, "2")
    expect(page).to_have_title(re.compile("petition.en"))
    press(page, "n")
    page.keyboard.type("Ann Reader")
    press(page, "Enter")
    expect(page.get_by_text("Ann Reader read petition.en")).to_be_visible()
    approve(page)
    expect(page.get_by_text("Approved. The log keeps the files.")).to_be_visible()
    picture = page.get_by_role("img")
    assert picture.evaluate("node => node.complete && node.naturalWidth > 500 || node.decode().then(() => true)")
    before = (workspace.folder / TEXT).read_text()
    workspace.write(TEXT, before + "\nOne sentence more.\n")
    expect(page.get_by_role("article").get_by_text("One sentence more.")).to_be_visible()
    expect(page.locator("#approve ~ p .state")).to_have_text("lapsed")
    approve(page)
    expect(page.get_by_text("Approved. The log keeps the files.")).to_be_visible()
    events = MailingLog.within(workspace.folder).read()
    assert [(event.recipient, event.kind) for event in events] == [("jp-tokyo", Kind.APPROVED)] * 2


@dataclass
class Person:
    """Somebody at the keyboard, whose actions are counted: a key outside of a text field, or a field filled."""

    page: Page
    actions: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            press(self.page, key)
            self.actions += 1

    def fill(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")  # within the field
        self.actions += 1


def make_tracking(number: int) -> str:
    """A tracking number with its check digit (UPU S10)."""
    digits = f"{number:08}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"RR{digits}{ {10: 0, 11: 5}.get(rest, rest) }JP".replace(" ", "")


@pytest.mark.slow
def test_seven_missions_are_read_approved_and_posted_in_sixty_actions(browser: Browser, real: WorkspaceCopy) -> None:
    recipients = real.folder / "recipients.yaml"
    recipients.write_text(re.sub(r"\n    hold: .*", "", recipients.read_text()))
    with open_in_browser(browser, real) as page:
        person = Person(page)
        person.press("Enter")
        for number, tag in enumerate(("zh-Hans", "ja", "en"), start=1):
            person.press(*([str(number)] if number > 1 else []))
            expect(page).to_have_title(re.compile(f"petition.{tag} "))
            person.press("n")
            person.fill("Ann Reader")
            expect(page.get_by_text(f"Ann Reader read petition.{tag}")).to_be_visible()
        for number in range(1, 8):
            expect(page.get_by_text(f"{number} of 7", exact=True)).to_be_visible()
            person.press(*["d"] * page.get_by_role("checkbox").count(), "a")
            expect(page.get_by_text("Approved. The log keeps the files.")).to_be_visible(timeout=90_000)
            person.press(*(["j"] if number < 7 else []))
        person.press("p")
        expect(page.get_by_role("heading", level=1)).to_have_text("Paper")
        person.press("x", "r")
        expect(page.get_by_text("Nothing is left to print.")).to_be_visible()
        person.press("n")
        for number in range(7):
            person.fill(make_tracking(12345670 + number))
        page.keyboard.press("Escape")
        person.press("e")
        expect(page.locator("#post")).to_have_count(0)
        assert person.actions <= 60
    events = MailingLog.within(real.folder).read()
    assert len([event for event in events if event.kind is Kind.POSTED and event.details.tracking]) == 7


def press(page: Page, key: str) -> None:
    """Press a key when the page has loaded, as a person would."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def approve(page: Page) -> None:
    """Accept each doubt and approve, by keys."""
    expect(page.get_by_role("button", name="Approve: petition.ja, petition.en (by post)")).to_be_visible()
    for _ in range(page.get_by_role("checkbox").count()):
        press(page, "d")
    press(page, "a")


@pytest.mark.slow
def test_keys_go_to_the_next_letter_and_back_and_are_explained(page: Page, workspace: WorkspaceCopy) -> None:
    press(page, "l")
    expect(page).to_have_title(re.compile("petition"))
    press(page, "2")
    expect(page).to_have_title(re.compile("petition.en to jp-tokyo"))
    press(page, "j")
    expect(page).to_have_title(re.compile("petition.en to jp-osaka"))
    press(page, "k")
    expect(page).to_have_title(re.compile("petition.en to jp-tokyo"))
    press(page, "b")
    expect(page.locator("article")).to_have_count(2)
    press(page, "?")
    expect(page.get_by_role("dialog")).to_contain_text("Approve: petition.ja, petition.en (by post)")
    press(page, "Escape")
    workspace.write("letters/2027/petition.en.md", "---\nsubject: {{\n---\n")
    expect(page.get_by_role("alert")).to_be_visible()
    press(page, "t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Save North Korean Refugees Day")


@pytest.mark.slow
def test_a_table_on_a_telephone_shows_that_it_goes_on(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    for path in ("/", "/recipients", "/letters/jp-tokyo/petition.en"):
        page.goto(urljoin(page.url, path))
        table = page.locator(".wide").last
        assert "local" in table.evaluate("node => getComputedStyle(node).backgroundAttachment")
    for cell in page.locator(".wide td[lang]").all():
        assert cell.evaluate("node => node.offsetWidth") >= 160


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(page: Page, workspace: WorkspaceCopy, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    text = (workspace.folder / TEXT).read_text()
    press(page, "Enter")
    approve(page)  # then there is something to take back, and a change to show
    expect(page.get_by_text("Approved. The log keeps the files.")).to_be_visible()
    workspace.write(TEXT, f"{text}\nTwo  spaces ,and a comma.\n")
    expect(page.get_by_text("What changed")).to_be_visible()
    for path in ("/", "/letters/jp-tokyo/petition.ja", "/letters/jp-tokyo/petition.en?beside=ja", "/nowhere"):
        page.goto(urljoin(page.url, path))
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["impact"], [node["target"] for node in one["nodes"]]) for one in found] == []


def test_the_command_serves_until_ctrl_c_and_ends_with_130(workspace: WorkspaceCopy) -> None:
    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), "review", "--no-browser"]
    with subprocess.Popen([*command, "--by", "Hanako"], stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        assert re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", running.stderr.readline())
        running.stderr.readline()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=30) == 130
        assert running.stderr.read() == ""
    assert not any(Path(workspace.folder).glob(".petitioner-review*"))
