"""A September in a real browser, without a mouse: from the first reading to the last letter posted."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.inputs.settings import locate_settings
from review_browser import Hands, open_browser, open_tab

MOST_ACTIONS = 60
MISSIONS, TEXTS = 7, 3
ACCOUNT = """\
coordinator = "Hanako"
[accounts.office]
from = "Life Funds <office@example.org>"
password_command = ["printf", "%s", "x"]
smtp = {host = "127.0.0.1", port = 9, security = "tls", user = "office@example.org"}
"""
HOLD = "    hold: "


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def make_number(serial: int) -> str:
    """Return a tracking number with its check digit (UPU S10)."""
    digits = f"{serial:08}"
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return f"RR{digits}{({10: 0, 11: 5}).get(rest, rest)}JP"


def release_holds(workspace: WorkspaceCopy) -> None:
    path = workspace.folder / "recipients.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(HOLD)), "utf-8")


@pytest.mark.slow
def test_seven_missions_go_from_read_to_posted_in_sixty_actions_without_a_mouse(
    browser: Browser, real: WorkspaceCopy
) -> None:
    release_holds(real)
    with open_tab(browser, real.folder) as page:
        hands = Hands(page)
        hands.press("Enter")
        for number in range(1, TEXTS + 1):
            if number > 1:
                hands.press(str(number))
                expect(page.locator(f".tabs a:nth-of-type({number})")).to_have_attribute("aria-current", "page")
            hands.press("n")
            hands.fill("Ann Reader")
            expect(page.get_by_text("The reading is recorded.")).to_be_visible()
        for number in range(1, MISSIONS + 1):
            if number > 1:
                hands.press("j")
                expect(page.locator(".pager").first).to_contain_text(f"{number} of {MISSIONS}")
            approve(hands)
        hands.press("p")
        expect(page.get_by_role("heading", level=1, name="Paper")).to_be_visible()
        hands.press("x")
        hands.press("r")
        expect(page.get_by_text("Nothing is left to print.")).to_be_visible()
        hands.press("n")
        for number in range(MISSIONS):
            hands.fill(make_number(10_000_000 + number))
        expect(page.get_by_role("button", name="Record as posted")).to_be_focused()
        hands.press("Enter")
        expect(page.get_by_text("Recorded in the log.")).to_be_visible()
        expect(page.get_by_role("heading", name="On the way")).to_contain_text(str(MISSIONS))
    assert real.run("log").out.count(" posted ") >= MISSIONS
    assert make_number(10_000_006) in real.run("log").out
    assert hands.actions <= MOST_ACTIONS


def approve(hands: Hands) -> None:
    """Accept each doubt and approve."""
    for number in range(hands.page.locator("input[name=accepted]").count()):
        hands.press("d")
        expect(hands.page.locator("input[name=accepted]").nth(number)).to_be_checked()
    hands.press("a")
    expect(hands.page.get_by_text("Approved. The log keeps the files.")).to_be_visible()


@pytest.fixture
def mail(workspace: WorkspaceCopy) -> MailWorkspace:
    mail = MailWorkspace(workspace)
    mail.write_to("one@mission.example", "other@mission.example")
    locate_settings().parent.mkdir(parents=True, exist_ok=True)
    locate_settings().write_text(ACCOUNT, "utf-8")
    mail.approve()
    mail.send("--eml", str(mail.folder / "to-send"), "--yes", "--only", "jp-osaka")
    return mail


@pytest.mark.slow
def test_the_very_message_is_seen_one_in_doubt_is_settled_and_the_log_is_searched_by_keys(
    browser: Browser, mail: MailWorkspace
) -> None:
    with open_tab(browser, mail.folder) as page:
        hands = Hands(page)
        hands.press("m")
        expect(page.get_by_role("heading", name="It leaves like this")).to_be_visible()
        expect(page.frame_locator("iframe").locator("p").first).to_be_visible()
        expect(page.get_by_text("petitioner send --for-real --only jp-tokyo").first).to_be_visible()
        hands.press("g")
        expect(page.get_by_role("heading", name="To settle")).to_be_visible()
        hands.press("s")
        hands.press("1")
        hands.press("w")
        hands.fill("it is in our sent mail")
        expect(page.get_by_text("The answer is recorded in the log.")).to_be_visible()
        hands.press("/")
        hands.fill("sent mail")
        expect(page.get_by_role("status").filter(has_text="1 of")).to_be_visible()
        expect(page.get_by_role("table")).to_contain_text("settled sent")
    assert "settled sent" in mail.workspace.run("log", "show", "jp-osaka").out


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_records(browser: Browser, mail: MailWorkspace, scheme: str) -> None:
    with open_tab(browser, mail.folder) as page:
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for path in ("/paper", "/messages/jp-tokyo", "/log", "/recipients", "/recipients/jp-osaka"):
            page.goto(urljoin(page.url, path))
            open_everything(page)
            found = Axe().run(page).response["violations"]
            assert [(one["id"], one["impact"], [node["target"] for node in one["nodes"]]) for one in found] == []


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
