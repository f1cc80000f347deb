"""Nobody but the person at this machine gets at the page, whatever is sent to it."""

import re
import socket
import stat
import webbrowser
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from nobody import become_nobody, run_forked
from petitioner.review.pages import PAGES
from review_page import ReviewPage, open_page

_PLACE = re.compile(r"\{(\w+)(?::\w+)?\}")
_VALUES = {"recipient": "jp-tokyo", "text": "petition.en", "channel": "post"}


def list_paths(method: str) -> list[str]:
    """The addresses of all pages that answer a method; a new page is among them."""
    routes = [route for page in PAGES for route in page.routes if method in (route.methods or ())]
    return [_PLACE.sub(lambda found: _VALUES.get(found[1], "1"), route.path) for route in routes]


PATHS = (*list_paths("GET"), "/number", "/static/review.css")
FORMS = tuple(list_paths("POST"))


def test_the_forms_of_a_letter_are_among_those_that_are_tried() -> None:
    assert {f"/letters/jp-tokyo/petition.en/{name}" for name in ("read", "approve", "take-back")} <= set(FORMS)
    assert {"/", "/letters/jp-tokyo/petition.en"} <= set(PATHS)


@pytest.fixture
def page(workspace: WorkspaceCopy) -> Iterator[ReviewPage]:
    with open_page(workspace.folder) as opened:
        yield opened


@pytest.fixture
def entered(page: ReviewPage) -> ReviewPage:
    page.enter()
    return page


def assert_guarded(answer_headers: dict[str, str]) -> None:
    policy = answer_headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer_headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_nothing_is_answered_without_the_cookie(page: ReviewPage, method: str) -> None:
    for path in (*PATHS, *FORMS, "/nowhere"):
        answer = page.ask(path, method)
        assert answer.status == 403
        assert_guarded(dict(answer.headers))


@pytest.mark.parametrize("value", ["petitioner-{port}=", "petitioner-{port}=guess", "petitioner-1=x", "=;=", "é"])
def test_another_cookie_opens_nothing(page: ReviewPage, value: str) -> None:
    page.cookie = value.format(port=page.port)
    assert page.ask("/").status == 403


def test_the_token_works_once_and_the_cookie_is_strict_and_hidden_from_scripts(page: ReviewPage) -> None:
    token = page.address.removeprefix(page.origin)
    first = page.ask(token)
    assert first.status == 200
    assert re.fullmatch(rf"petitioner-{page.port}=\S+; Path=/; SameSite=Strict; HttpOnly", first.headers["set-cookie"])
    again = page.ask(token)
    assert again.status == 403
    assert "set-cookie" not in again.headers
    assert page.ask("/?token=").status == 403


@pytest.mark.parametrize(
    "host", ["localhost:{port}", "127.0.0.1", "127.0.0.1:1", "evil.example:{port}", "127.0.0.1.evil.example", "-"]
)
def test_another_host_is_refused_even_with_the_cookie(entered: ReviewPage, host: str) -> None:
    assert entered.ask("/", Host=host.format(port=entered.port)).status in {400, 421}


@pytest.mark.parametrize(
    "origin",
    ["null", "http://127.0.0.1:1", "http://localhost:{port}", "https://127.0.0.1:{port}", "http://evil.example", "-"],
)
def test_a_form_from_another_origin_is_refused(entered: ReviewPage, origin: str) -> None:
    for path in FORMS:
        assert entered.post(path, Origin=origin.format(port=entered.port)).status == 403, path


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_page_elsewhere_cannot_lead_here_with_the_cookie(entered: ReviewPage, site: str) -> None:
    assert entered.ask("/", Sec_Fetch_Site=site).status == 403
    assert entered.ask("/", Sec_Fetch_Site="none").status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_other_methods_are_refused(entered: ReviewPage, method: str) -> None:
    assert entered.ask("/", method).status in {400, 405}


def test_a_link_cannot_do_what_a_form_does(entered: ReviewPage) -> None:
    for path in (one for one in FORMS if one not in PATHS):
        answer = entered.ask(path)
        assert answer.status == 405, path
        assert_guarded(dict(answer.headers))


TRAVERSALS = (
    "/static/../guard.py",
    "/static/..%2f..%2fguard.py",
    "/static/%2e%2e/live.py",
    "/static//etc/passwd",
    "/letters/..%2f..%2f/petition.en",
    "/letters/jp-tokyo/..%2f..%2frecipients.yaml",
    "/letters/jp-tokyo/petition.en/pages/..%2f..%2f..%2frecipients.yaml.png",
    "/letters/jp-tokyo/petition.xx",
    "/letters/%00/petition.en",
)


def test_no_address_reaches_a_file(entered: ReviewPage) -> None:
    for path in TRAVERSALS:
        answer = entered.ask(path)
        assert answer.status == 404, path
        assert_guarded(dict(answer.headers))
        assert "root:" not in answer.text
        assert "class Guard" not in answer.text


def test_no_form_is_accepted_on_a_page_that_is_only_for_reading(workspace: WorkspaceCopy) -> None:
    with open_page(workspace.folder, read_only=True) as page:
        page.enter()
        for path in FORMS:
            answer = page.post(path, ("seen", "x"), ("event", "1"), ("id", "jp-tokyo"))
            assert answer.status == 409, path
            assert "read only" in answer.text, path
    assert not (workspace.folder / "mailing-log.sqlite").exists()


def test_a_form_that_is_too_large_is_refused_whether_it_says_so_or_not(entered: ReviewPage) -> None:
    assert entered.ask(FORMS[0], "POST", Content_Length="1000001").status == 413
    connection = HTTPConnection("127.0.0.1", entered.port, timeout=30)
    headers = {"Cookie": entered.cookie, "Origin": entered.origin, "Transfer-Encoding": "chunked"}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request("POST", FORMS[0], (b"by=" + b"x" * 60_000 for _ in range(40)), headers, encode_chunked=True)
        assert connection.getresponse().status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # refused before all of it was sent
    finally:
        connection.close()
    assert entered.ask("/").status == 200


def test_slow_clients_do_not_stop_the_page(entered: ReviewPage) -> None:
    waiting = [socket.create_connection(("127.0.0.1", entered.port)) for _ in range(200)]
    try:
        for one in waiting:
            one.settimeout(5)
            try:
                one.send(b"GET / HTTP/1.1\r\nHost: 127")
            except OSError:
                continue  # the oldest are closed when too many are open
        assert entered.ask("/").status == 200
    finally:
        for one in waiting:
            one.close()


def test_another_user_of_the_machine_gets_nothing(page: ReviewPage) -> None:
    said = run_forked(lambda: page.ask("/").status, become_nobody)
    assert said == "done: 403"


def test_a_connection_that_is_too_slow_ends(entered: ReviewPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petitioner.review.server._REQUEST_TIME", 0.2)
    with socket.create_connection(("127.0.0.1", entered.port), timeout=30) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127")
        assert slow.recv(1) == b""


def test_the_browser_is_led_to_the_page_by_a_private_file_that_goes_with_the_token(
    page: ReviewPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    folder = tmp_path / "petitions"
    folder.mkdir()
    page.server.open_browser(folder)
    (launcher,) = folder.iterdir()
    assert stat.S_IMODE(launcher.stat().st_mode) == 0o600
    assert page.address in launcher.read_text()
    page.enter()
    assert list(folder.iterdir()) == []
    assert [one for one in opened if "token" in one] == []
