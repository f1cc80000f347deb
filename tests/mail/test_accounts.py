"""Mail accounts in the user's own configuration, and where their secrets come from."""

import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from petitioner.errors import PetitionerError, UsageError, WorkspaceError
from petitioner.inputs.settings import SettingsError, read_settings
from petitioner.mail.accounts import AccountError, choose_account, read_accounts
from petitioner.mail.passwords import Secret, find_secret
from petitioner.model.account import Account, Login, MailAddress, Security, SmtpServer

OFFICE = """
[accounts.office]
from = "Life Funds for North Korean Refugees <office@example.org>"
reply_to = "answers@example.org"
pause = 2.5
password_command = ["pass", "show", "office"]
smtp = {host = "smtp.example.org", port = 465, security = "tls", user = "office@example.org"}
imap = {host = "imap.example.org", port = 143, security = "starttls", user = "office", sent = "送信済み"}
"""


def read(folder: Path, content: str) -> tuple[Account, ...]:
    """The accounts of a configuration that holds ``content``."""
    (folder / "config.toml").write_text(content, "utf-8")
    return read_accounts(folder / "config.toml")


def read_faults(folder: Path, content: str) -> list[str]:
    """All that is told of a configuration: each line with its advice."""
    with pytest.raises(WorkspaceError) as caught:
        read(folder, content)
    assert caught.value.exit_status == 3
    return [f"{problem} {problem.hint}" for problem in caught.value.problems]


def make_account(folder: Path, *command: str) -> Account:
    """An account whose password comes from a command, if there is one."""
    return read(folder, f'[accounts.my-office]\nfrom = "a@example.org"\npassword_command = {json.dumps(command)}\n')[0]


def read_failure(account: Account, **environment: str) -> str:
    """Why a secret is not to be had, as the user reads it."""
    with pytest.raises(AccountError) as caught:
        find_secret(account, environment, None)
    return f"{caught.value} {caught.value.hint}"


# config.toml


def test_an_account_says_who_sends_and_by_which_servers(tmp_path: Path) -> None:
    [account] = read(tmp_path, OFFICE)
    assert account.name == "office"
    assert account.sender == MailAddress(name="Life Funds for North Korean Refugees", address="office@example.org")
    assert account.reply_to == MailAddress(address="answers@example.org")
    assert (account.own_copy, account.pause) == (True, 2.5)
    assert account.password_command == ("pass", "show", "office")
    assert account.smtp is not None
    assert (account.smtp.security, account.smtp.login) == (Security.TLS, Login.PASSWORD)
    assert account.imap is not None
    assert (account.imap.drafts, account.imap.sent, account.imap.inbox) == ("Drafts", "送信済み", "INBOX")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ('from = "Office <a@example.org>"', "Office"),
        ("from = '\"Office, Tokyo\" <a@example.org>'", "Office, Tokyo"),
        ('from = "脱北者支援 <a@example.org>"', "脱北者支援"),
        ('from = "<a@example.org>"', None),
        ('from = " a@example.org "', None),
    ],
)
def test_an_address_may_have_a_name(tmp_path: Path, written: str, name: str | None) -> None:
    [account] = read(tmp_path, f"[accounts.office]\n{written}\n")
    assert account.sender == MailAddress(name=name, address="a@example.org")


def test_no_file_and_no_table_mean_no_account(tmp_path: Path) -> None:
    assert read_accounts(tmp_path / "config.toml") == ()
    assert read(tmp_path, 'coordinator = "A"\n') == ()
    with pytest.raises(AccountError, match="No mail account is set up"):
        choose_account((), None)


def test_the_only_account_is_meant_and_of_several_one_is_named(tmp_path: Path) -> None:
    [office] = read(tmp_path, OFFICE)
    assert choose_account([office], None) == choose_account([office], "office") == office
    both = read(tmp_path, OFFICE + '[accounts.home]\nfrom = "a@example.org"\n')
    assert choose_account(both, "home").name == "home"
    with pytest.raises(UsageError, match="There are 2 accounts: office, home"):
        choose_account(both, None)
    with pytest.raises(UsageError, match="no account 'offce'") as caught:
        choose_account(both, "offce")
    assert "Did you mean 'office'?" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OFFICE.replace("from =", "#"), "'from' is missing [V201] Add it; docs/email.md shows a whole account."),
        (OFFICE.replace("from =", "form ="), "unknown key 'form' [V202] Did you mean 'from'?"),
        (
            OFFICE.replace("from =", "form ="),
            "unknown key 'form' [V202] Did you mean 'from'? Known here: from, reply_to",
        ),
        (OFFICE.replace("pause = 2.5", 'pause = "2.5"'), "'pause' must be a number of seconds from 0 to 3600"),
        (OFFICE.replace("pause = 2.5", "pause = 36000"), "'pause' must be a number of seconds from 0 to 3600"),
        (OFFICE.replace("pause = 2.5", 'own_copy = "yes"'), "'own_copy' must be true or false: 'yes'"),
        (OFFICE.replace("answers@", "answers@@"), "'reply_to' must be an address such as"),
        (OFFICE.replace("answers@", "a b@"), "'reply_to' must be an address such as"),
        (OFFICE.replace('"answers@example.org"', "3"), "'reply_to' must be text such as"),
        (OFFICE.replace('"Life', '"\\u202eLife'), "contains U+202E"),
        (OFFICE.replace("port = 465", 'port = "465"'), "'smtp.port' must be a whole number from 1 to 65535"),
        (OFFICE.replace("port = 465", "port = 0"), "'smtp.port' must be a whole number from 1 to 65535"),
        (OFFICE.replace('security = "tls"', 'security = "ssl"'), "'smtp.security' cannot be 'ssl' [V204]"),
        (OFFICE.replace("smtp.example.org", "smtp.example.org:465"), "'smtp.host' must be the name of a server only"),
        (
            OFFICE.replace("smtp.example.org", "https://smtp.example.org"),
            "'smtp.host' must be the name of a server only",
        ),
        (OFFICE.replace("accounts.office", "accounts.Office"), "'Office' must be lower-case ASCII words"),
        ("[accounts]\noffice = 3\n", "'office' must be a table, [accounts.office]"),
        (OFFICE.replace('"tls"', '"none"'), "'smtp.security' cannot be 'none' for smtp.example.org"),
        (OFFICE.replace(', user = "office@example.org"', ""), "'smtp.user' is missing, and 'smtp.login' is 'password'"),
        (
            OFFICE.replace("port = 465", 'port = 465, ca_file = "ca.pem"'),
            "'smtp.ca_file' is 'ca.pem', a path in the present folder",
        ),
        (OFFICE.replace('"pass", ', '"./pass", '), "'password_command' runs './pass' of the present folder"),
        (OFFICE.replace('"pass", ', '"bin/pass", '), "'password_command' runs 'bin/pass' of the present folder"),
    ],
)
def test_a_fault_is_told_with_its_place_and_advice(tmp_path: Path, content: str, said: str) -> None:
    told = read_faults(tmp_path, content)
    assert any(said in line for line in told), told
    assert all(line.startswith(f"{tmp_path}/config.toml [accounts.") for line in told)


def test_all_faults_of_all_accounts_are_told_at_once(tmp_path: Path) -> None:
    home = '[accounts.home]\nfrom = "a"\nown_copy = 1\n'
    told = read_faults(tmp_path, OFFICE.replace("465", "0").replace('"tls"', '"ssl"') + home)
    assert len(told) == 4


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2"',
        'Password = "hunter2"',
        'app-password = "hunter2"',
        'token = "hunter2"',
        'oauth_token = "hunter2"',
        'smtp = {password = "hunter2", host = "h", port = 1, security = "tls", user = "u"}',
        'smtp = {host = "smtps://me:hunter2@h.example.org", port = 1, security = "tls", user = "u"}',
        'smtp = {host = "me:hunter2@h.example.org", port = 1, security = "tls", user = "u"}',
        'smtp = {host = "h", port = 1, security = "tls", user = "u", login = "hunter2"}',
        'password_command = "hunter2"',
        'password_command = [["hunter2"]]',
        'password_command = ["curl", "https://me:hunter2@example.org/"]',
    ],
)
def test_a_password_in_the_file_is_an_error_that_does_not_repeat_it(tmp_path: Path, line: str) -> None:
    told = read_faults(tmp_path, f'[accounts.office]\nfrom = "a@example.org"\n{line}\n')
    assert told
    assert "hunter2" not in "".join(told)
    settings = read_settings(tmp_path / "config.toml")
    assert "hunter2" not in repr(settings)


def test_a_misspelt_table_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"unknown key 'account'\. Did you mean 'accounts'\?"):
        read(tmp_path, OFFICE.replace("accounts.office", "account.office"))
    with pytest.raises(SettingsError, match="'accounts' must be a table"):
        read(tmp_path, "accounts = 3\n")


def test_faulty_accounts_keep_nobody_from_noting_what_was_posted(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('coordinator = "A"\n[accounts.office]\nfrom = 3\n')
    assert read_settings(tmp_path / "config.toml").coordinator == "A"


def test_a_server_on_this_machine_may_do_without_tls() -> None:
    for host in ("127.0.0.1", "127.0.0.2", "::1", "localhost"):
        assert SmtpServer(host=host, port=25, security=Security.NONE).host == host


# Secrets


def test_the_environment_comes_first_and_the_account_s_own_variable_before_all(tmp_path: Path) -> None:
    account = make_account(tmp_path, "/bin/false")
    environment = {"PETITIONER_PASSWORD": "for all", "PETITIONER_PASSWORD_MY_OFFICE": "for one"}
    assert find_secret(account, environment, None).reveal() == "for one"
    del environment["PETITIONER_PASSWORD_MY_OFFICE"]
    assert find_secret(account, environment, None).reveal() == "for all"


def test_a_command_prints_the_password_on_its_first_line(tmp_path: Path) -> None:
    account = make_account(tmp_path, "printf", "pass wörd \\r\\nuser: me\\n")
    assert find_secret(account, {}, None).reveal() == "pass wörd "


def test_the_words_of_a_command_never_pass_through_a_shell(tmp_path: Path) -> None:
    account = make_account(tmp_path, "echo", "$HOME; `id` > x")
    assert find_secret(account, {}, None).reveal() == "$HOME; `id` > x"


def test_a_command_runs_at_home_and_not_where_a_workspace_could_stand_in_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "workspace" / "reveal"
    trap.parent.mkdir()
    trap.write_text("#!/bin/sh\necho trapped\n")
    trap.chmod(trap.stat().st_mode | stat.S_IXUSR)
    monkeypatch.chdir(trap.parent)
    assert "'reveal': No such file" in read_failure(make_account(tmp_path, "reveal"))
    assert find_secret(make_account(tmp_path, "pwd"), {}, None).reveal() == str(Path.home())
    (Path.home() / "reveal").write_text("#!/bin/sh\necho found\n")
    (Path.home() / "reveal").chmod(0o700)
    assert find_secret(make_account(tmp_path, "~/reveal"), {}, None).reveal() == "found"


def test_a_command_that_fails_is_told_in_its_own_words_but_for_what_it_printed(tmp_path: Path) -> None:
    script = "print('hunter2'); import sys; sys.exit('gpg: no key \\x1b[31m for hunter2')"
    said = read_failure(make_account(tmp_path, sys.executable, "-c", script))
    assert f"password_command '{sys.executable}' ended with status 1" in said
    assert "gpg: no key" in said
    assert "hunter2" not in said
    assert said.isprintable()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["true"], "The output of password_command is empty"),
        (["printf", "\\n"], "The output of password_command is empty"),
        (["printf", "a\\tb"], "contains a character that no password has"),
        (["printf", "\\377"], "is not text in UTF-8"),
        (["false"], "It gave no reason"),
        (["no-such-program"], "cannot be run: 'no-such-program': No such file or directory"),
    ],
)
def test_a_command_that_gives_no_password_is_told(tmp_path: Path, command: list[str], said: str) -> None:
    assert said in read_failure(make_account(tmp_path, *command))


def test_a_command_that_never_ends_is_ended_and_nobody_waits_for_what_it_started(tmp_path: Path) -> None:
    account = make_account(tmp_path, "sh", "-c", f"sleep 600 & echo $! >{tmp_path}/left; wait")
    with pytest.raises(AccountError, match=r"did not end within 1 s"):
        find_secret(account, {}, None, time_limit=1)
    os.kill(int((tmp_path / "left").read_text()), signal.SIGKILL)


def test_a_person_is_asked_last_and_only_where_one_sits(tmp_path: Path) -> None:
    account = make_account(tmp_path)
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return "typed"

    assert find_secret(account, {}, ask).reveal() == "typed"
    assert asked == ["Password of the account 'my-office' (it is not shown):"]
    assert "PETITIONER_PASSWORD_MY_OFFICE" in read_failure(account)
    with pytest.raises(AccountError, match="The password that was typed is empty"):
        find_secret(account, {}, lambda _question: "")


def test_an_empty_variable_is_an_error_and_not_a_reason_to_look_elsewhere(tmp_path: Path) -> None:
    said = read_failure(make_account(tmp_path, "echo", "x"), PETITIONER_PASSWORD="")
    assert "The variable PETITIONER_PASSWORD is empty" in said


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("hunter2-hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {vars(PetitionerError(str(secret)))}"
    assert secret.scrub("it was hunter2-hunter2, or aHVudGVyMi1odW50ZXIy") == "it was [secret], or [secret]"


def test_the_environment_of_this_machine_is_not_looked_into_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PETITIONER_PASSWORD", "x")
    assert "There is no password" in read_failure(make_account(tmp_path))
