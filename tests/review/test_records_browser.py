"""Messages, the log and records in a real browser, without a mouse."""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from conftest import WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.inputs.settings import locate_settings
from review_browser import Hands, open_browser, open_tab

ACCOUNT = """\
coordinator = "Hanako"
[accounts.office]
from = "Life Funds <office@example.org>"
password_command = ["printf", "%s", "x"]
smtp = {host = "127.0.0.1", port = 9, security = "tls", user = "office@example.org"}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


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
        expect(page.get_by_role("heading", name="It will be sent like this")).to_be_visible()
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
