"""The very e-mail on the page: the bytes that `send` would hand over, shown without running or loading anything."""

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from conftest import WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.inputs.settings import locate_settings
from review_page import ReviewPage, open_page

ACCOUNT = """\
coordinator = "Hanako"
[accounts.office]
from = "Life Funds <office@example.org>"
own_copy = false
password_command = ["printf", "%s", "x"]
smtp = {host = "127.0.0.1", port = 9, security = "tls", user = "office@example.org"}
"""


@pytest.fixture
def mail(workspace: WorkspaceCopy) -> MailWorkspace:
    mail = MailWorkspace(workspace)
    mail.write_to("one@mission.example two@mission.example", "other@mission.example")
    locate_settings().parent.mkdir(parents=True, exist_ok=True)
    locate_settings().write_text(ACCOUNT, "utf-8")
    return mail


@pytest.fixture
def page(mail: MailWorkspace) -> Iterator[ReviewPage]:
    mail.approve()
    with open_page(mail.folder) as opened:
        opened.enter()
        yield opened


def test_the_message_is_byte_for_byte_the_one_that_leaves(page: ReviewPage, mail: MailWorkspace) -> None:
    text = page.ask("/messages/jp-tokyo").text
    assert "petitioner send --to-me --only jp-tokyo" in text
    assert "one@mission.example, two@mission.example" in text
    shown = page.ask("/messages/jp-tokyo/message.eml")
    assert shown.headers["content-disposition"].startswith("attachment;")
    folder = mail.folder / "to-send"
    mail.send("--eml", str(folder), "--yes", "--only", "jp-tokyo")
    sent = next(folder.glob("*.eml")).read_bytes().removeprefix(b"X-Unsent: 1\r\n")

    def take_date(content: bytes) -> list[bytes]:
        return [line for line in content.splitlines() if not line.startswith((b"Date:", b"X-Unsent"))]

    assert take_date(shown.text.encode()) == take_date(sent)
    page.live.refresh()
    again = page.ask("/messages/jp-tokyo").text
    assert "It was sent like this" in again
    assert "event" in again


def test_attachments_are_listed_with_their_sizes_and_saved(page: ReviewPage) -> None:
    text = page.ask("/messages/jp-tokyo").text
    mail = message_from_bytes(page.ask("/messages/jp-tokyo/message.eml").text.encode(), policy=default)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names
    assert all(f"{name}</a>" in text for name in names)
    assert "kB" in text
    answer = page.ask("/messages/jp-tokyo/files/1")
    assert answer.headers["content-type"] == "application/pdf"
    assert f'filename="{names[0]}"' in answer.headers["content-disposition"]
    assert page.ask(f"/messages/jp-tokyo/files/{len(names) + 1}").status == 404
    assert page.ask("/messages/jp-tokyo/files/0").status == 404
    assert page.ask("/messages/..%2f..%2fjp-tokyo").status == 404
    assert "DOCX" in text
    assert ".docx" in page.ask("/messages/jp-tokyo?docx=1").text


def test_the_html_of_a_message_can_run_and_load_nothing(page: ReviewPage) -> None:
    answer = page.ask("/messages/jp-tokyo/message.html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert '<iframe class="mail" sandbox src=' in page.ask("/messages/jp-tokyo").text


def test_what_stops_a_message_is_said_with_what_to_do(mail: MailWorkspace) -> None:
    mail.workspace.build()
    with open_page(mail.folder) as page:
        page.enter()
        assert "petitioner approve" in page.ask("/messages/jp-tokyo").text
    mail.approve()
    locate_settings().unlink()
    with open_page(mail.folder) as page:
        page.enter()
        text = page.ask("/messages/jp-tokyo").text
        assert "No mail account is set up." in text
        assert "set up.." not in text
        assert page.ask("/messages/jp-tokyo/message.eml").status == 404


def test_nobody_is_written_to_by_email(workspace: WorkspaceCopy) -> None:
    with open_page(workspace.folder) as page:
        page.enter()
        assert "No recipient gets e-mail" in page.ask("/messages").text
        assert page.ask("/messages/jp-tokyo").status == 404


def test_one_in_doubt_is_settled_with_a_reason_on_any_page_that_shows_it(page: ReviewPage, mail: MailWorkspace) -> None:
    mail.send("--eml", str(mail.folder / "to-send"), "--yes")
    events = {event.recipient: str(event.id) for event in page.live.refresh().events}
    for path in ("/paper", "/log", "/recipients/jp-tokyo"):
        assert "Settle jp-tokyo by email" in page.ask(path).text
    form = (("event", events["jp-tokyo"]), ("answer", "sent"))
    assert page.post("/log/settle", *form).status == 409
    assert page.post("/log/settle", form[0], ("because", "it is in our sent mail")).status == 409
    assert page.post("/log/settle", ("event", "1"), form[1], ("because", "x")).status == 409
    assert page.post("/log/settle", *form, ("because", "it is in our sent mail")).status == 303
    assert "settled sent" in mail.workspace.run("log", "show", "jp-tokyo").out
    other = (("event", events["jp-osaka"]), ("answer", "not sent"), ("because", "we deleted it"))
    assert page.post("/recipients/jp-osaka/settle", *other).status == 303
    assert "settled not sent" in mail.workspace.run("log", "show", "jp-osaka").out
    assert "To settle" not in page.ask("/log").text
