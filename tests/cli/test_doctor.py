"""``petitioner doctor``: what this machine lacks."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import WorkspaceCopy
from petitioner.inputs.settings import locate_settings
from petitioner.mail.accounts import read_accounts
from pseudo_terminal import run_at_terminal
from servers.certificates import Certificates
from servers.dovecot import Dovecot
from servers.exim import Exim
from servers.scripted import PASSWORD, USER, ScriptedServer


def test_a_machine_that_has_everything_is_told_so(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("doctor")
    assert ending.status == 0, ending.out
    assert "MISSING" not in ending.out
    assert "the font 'Noto Serif CJK SC', for Chinese (Simplified) (zh-Hans)" in ending.out
    assert "libharfbuzz-subset.so.0" in ending.out
    assert "Next: petitioner check" in ending.err


def test_json_lists_what_was_looked_at(workspace: WorkspaceCopy) -> None:
    findings = json.loads(workspace.run("doctor", "--json").out)
    assert len(findings) > 10
    assert {finding["ok"] for finding in findings} == {True}


def test_settings_that_cannot_be_read_have_failed_and_are_not_called_missing(workspace: WorkspaceCopy) -> None:
    place = locate_settings()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text('coordinator = "Kato\n', "utf-8")
    ending = workspace.run("doctor")
    assert ending.status == 1
    assert f"FAILED   settings in {place}" in ending.out
    assert "MISSING" not in ending.out


def test_missing_fonts_are_named_with_their_package(workspace: WorkspaceCopy) -> None:
    ending = _run_without_fonts(workspace, "doctor")
    assert ending.returncode == 1
    assert "MISSING  the font 'Noto Serif CJK JP', for Japanese (ja)" in ending.stdout
    assert "sudo apt-get install fonts-noto-cjk fonts-noto-core" in ending.stderr


def test_missing_fonts_stop_a_build_before_it_makes_anything(workspace: WorkspaceCopy) -> None:
    ending = _run_without_fonts(workspace, "build")
    assert ending.returncode == 3
    assert "the font 'Noto Serif', for en and ja, is not on this machine" in ending.stderr
    assert "Traceback" not in ending.stderr
    assert workspace.list_made() == []


def test_settings_that_cannot_be_read_are_named(workspace: WorkspaceCopy) -> None:
    settings = Path.home() / ".config" / "petitioner" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("coordinator = Sato")
    ending = workspace.run("doctor")
    assert ending.status == 1
    assert "config.toml" in ending.out
    settings.unlink()
    shutil.rmtree(settings.parent)


def _run_without_fonts(workspace: WorkspaceCopy, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Fontconfig is shown an empty folder instead of the machine's fonts."""
    workspace.write("fonts.conf", f"<fontconfig><dir>{workspace.folder}/none</dir></fontconfig>")
    environment = {**os.environ, "FONTCONFIG_FILE": str(workspace.folder / "fonts.conf")}
    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _configure(words: str) -> None:
    """The user's own configuration, as the user writes it."""
    settings = Path.home() / ".config" / "petitioner" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(words, "utf-8")


def test_accounts_are_logged_in_to_and_nothing_is_sent(
    workspace: WorkspaceCopy, exim: Exim, dovecot: Dovecot, certificates: Certificates
) -> None:
    authority = f'security = "tls", user = "alice", ca_file = "{certificates.authority}"'
    _configure(f"""
[accounts.office]
from = "Office <alice@example.org>"
password_command = ["echo", "secret"]
smtp = {{host = "localhost", port = {exim.tls_port}, {authority}}}
imap = {{host = "localhost", port = {dovecot.tls_port}, {authority}, sent = "Gesendet"}}
""")
    ending = workspace.run("doctor", "--accounts")
    assert ending.status == 1
    assert "ok       account office: sends as alice@example.org" in ending.out
    server = f"localhost:{exim.tls_port}"
    assert f"ok       sending by {server}: TLSv1.3; logins PLAIN; messages of up to 20,971,520 bytes" in ending.out
    assert f"ok       folders on localhost:{dovecot.tls_port}: TLSv1.3; " in ending.out
    assert "ok       drafts: 'Drafts'" in ending.out
    assert "MISSING  sent: 'Gesendet'\n         Set imap.sent to one of the folders above." in ending.out
    assert "echo" not in ending.out + ending.err


def test_an_account_that_does_not_work_is_told_with_what_to_do(
    workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates
) -> None:
    server = f'host = "127.0.0.1", user = "alice", ca_file = "{certificates.authority}"'
    _configure(f"""
[accounts.office]
from = "alice@example.org"
password_command = ["echo", "hunter2-hunter2"]
smtp = {{port = {scripted.ports.tls}, security = "tls", {server}}}
imap = {{port = {scripted.ports.plain}, security = "starttls", {server}}}
[accounts.home]
from = "alice@example.org"
password_command = ["false"]
smtp = {{port = {scripted.ports.tls}, security = "tls", {server}}}
""")
    ending = workspace.run("doctor", "--accounts")
    assert ending.status == 1
    assert f"FAILED   sending: 127.0.0.1:{scripted.ports.tls} does not know this user" in ending.out
    assert "535 5.7.8" in ending.out
    assert "does not greet as an IMAP server does" in ending.out
    assert "FAILED   account home: password_command 'false' ended with status 1." in ending.out
    assert "hunter2" not in ending.out + ending.err


def test_accounts_that_are_not_there_or_faulty_are_told(workspace: WorkspaceCopy) -> None:
    assert "FAILED   no mail account is set up" in workspace.run("doctor", "--accounts").out
    _configure('[accounts.office]\nfrom = "a@example.org"\npassword = "hunter2"\n')
    ending = workspace.run("doctor", "--accounts")
    assert ending.status == 1
    assert "'password' is a secret, and secrets do not belong in a file [U101]" in ending.out
    assert "hunter2" not in ending.out + ending.err
    assert workspace.run("doctor").status == 0


def test_a_password_is_asked_for_at_a_terminal_and_not_shown(
    workspace: WorkspaceCopy, scripted: ScriptedServer, certificates: Certificates
) -> None:
    port, authority = scripted.ports.tls, certificates.authority
    _configure(f"""
[accounts.office]
from = "alice@example.org"
smtp = {{host = "127.0.0.1", port = {port}, security = "tls", user = "{USER}", ca_file = "{authority}"}}
""")
    question = "Password of the account 'office' (it is not shown): "
    status, shown = run_at_terminal(workspace.folder, ["doctor", "--accounts"], [(question, PASSWORD)])
    assert status == 0, shown
    assert scripted.logins == [(USER, True)]
    assert PASSWORD not in shown
    assert "password" not in workspace.run("doctor", "--accounts").err
    assert (
        "FAILED   account office: There is no password for the account 'office', and no terminal to ask for it."
        in workspace.run("doctor", "--accounts").out
    )


def test_the_manual_s_accounts_can_be_read(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[2] / "docs" / "email.md").read_text("utf-8")
    examples = re.findall(r"^```toml\n(.*?)^```$", manual, re.DOTALL | re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        (tmp_path / "config.toml").write_text(example, "utf-8")
        [account] = read_accounts(tmp_path / "config.toml")
        assert account.smtp is not None
        assert account.imap is not None
