"""The covering note of an e-mail: a file like a letter, read, checked, shown and approved with it."""

import json

import pytest

from conftest import Ending, WorkspaceCopy
from mail_workspace import NOTE, NOTE_JA, MailWorkspace
from petitioner.log.kinds import Kind

EN, JA = "letters/2027/email.en.md", "letters/2027/email.ja.md"
ACCEPT = ("--yes", "--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")


@pytest.fixture
def mail_workspace(workspace: WorkspaceCopy) -> MailWorkspace:
    """Tokyo is written to by e-mail and by post, in Japanese and English; Osaka by e-mail, in English."""
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_to("tokyo@example.cn", "osaka@example.cn")
    workspace.edit("recipients.yaml", "email: [tokyo@example.cn]", "email: [tokyo@example.cn]")
    workspace.edit(
        "recipients.yaml", "channels: [email]\n    email: [tokyo", "channels: [email, post]\n    email: [tokyo"
    )
    return mail_workspace


def check(workspace: WorkspaceCopy) -> Ending:
    """Check, and find errors."""
    ending = workspace.run("check")
    assert ending.status == 3, ending.err
    return ending


def test_it_is_needed_in_the_first_language_of_each_packet_and_in_no_other(mail_workspace: MailWorkspace) -> None:
    (mail_workspace.folder / JA).unlink()
    told = check(mail_workspace.workspace).err
    assert f"{JA}: the covering note is missing, but jp-tokyo gets e-mail in ja [L505]" in told
    mail_workspace.workspace.write(JA, NOTE_JA)
    (mail_workspace.folder / EN).unlink()
    assert (
        f"{EN}: the covering note is missing, but jp-osaka gets e-mail in en [L505]"
        in check(mail_workspace.workspace).err
    )


def test_nobody_needs_it_who_is_not_written_to_by_e_mail(workspace: WorkspaceCopy) -> None:
    assert workspace.run("check").status == 0


@pytest.mark.parametrize("name", ["e-mail.en.md", "Email.en.md", "email.en.md.txt", "emial.en.md"])
def test_a_misspelt_name_is_recognised(mail_workspace: MailWorkspace, name: str) -> None:
    (mail_workspace.folder / EN).rename(mail_workspace.folder / "letters/2027" / name)
    assert f"'{name}'? Then rename that to email.en.md." in check(mail_workspace.workspace).err


def test_a_letter_is_never_taken_for_a_misspelt_note(mail_workspace: MailWorkspace) -> None:
    (mail_workspace.folder / EN).unlink()
    mail_workspace.workspace.write("letters/2027/mail.en.md", "---\n---\n")
    assert "'mail.en.md'? Then rename that to email.en.md." in check(mail_workspace.workspace).err
    (mail_workspace.folder / "letters/2027/mail.en.md").unlink()
    told = check(mail_workspace.workspace).err
    assert "the covering note is missing" in told
    assert "petition.en.md'? Then" not in told


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("letters/2027/email.xx.md", NOTE, "letters/2027/email.xx.md: "),
        (EN, NOTE.replace("subject: Petition on {{ campaign.name }}\n", ""), f"{EN}:2: 'subject' is missing"),
        (EN, NOTE.replace("subject: Petition on {{ campaign.name }}", "subject: '{{ campaign.nmae }}'"), f"{EN}:2: "),
        (EN, NOTE.replace("recipient.name", "recipient.nmae"), f"{EN}:6: "),
        (EN, NOTE.replace("kindly", "**kindly"), f"{EN}:6: "),
        (EN, NOTE.split("Attached")[0], f"{EN}:6: the letter has no text"),
        (EN, NOTE.replace("kindly", "kin\u202edly"), f"{EN}:6: "),
    ],
)
def test_a_fault_in_it_is_told_at_its_line(mail_workspace: MailWorkspace, path: str, text: str, told: str) -> None:
    mail_workspace.workspace.write(path, text)
    assert told in check(mail_workspace.workspace).err


class TestANoteThatNobodyGets:
    """Nobody is written to by e-mail yet, or not in that language."""

    def test_it_is_filled_in_and_checked_like_any_other(self, workspace: WorkspaceCopy) -> None:
        workspace.write(EN, NOTE.replace("kindly", "**kindly** <b>"))
        assert f"{EN}:6: " in check(workspace).err
        workspace.write(EN, NOTE.replace("recipient.name }}", "recipient.head_name }}"))
        assert f"{EN}:6: 'recipient.head_name' is empty, and is printed here" in check(workspace).err
        workspace.write(EN, NOTE.replace("salutation:", "salutatoin:"))
        assert f"{EN}:3: " in check(workspace).err

    def test_a_sound_one_is_passed_over_in_silence(self, workspace: WorkspaceCopy) -> None:
        workspace.write(EN, NOTE)
        assert EN not in workspace.run("check", "--strict").err

    def test_what_fails_for_some_missions_only_is_no_fault_while_nobody_gets_it(self, workspace: WorkspaceCopy) -> None:
        workspace.write(
            EN, NOTE.replace("kindly", "{% if recipient.id == 'jp-tokyo' %}{{ recipient.head_name }}{% endif %} kindly")
        )
        assert workspace.run("check").status == 0

    def test_it_is_none_of_what_is_approved(self, workspace: WorkspaceCopy) -> None:
        workspace.write(EN, NOTE)
        workspace.build()
        assert "Attached you will find" not in workspace.run("approve", *ACCEPT).out


def test_it_needs_no_font_for_what_stands_in_it(mail_workspace: MailWorkspace) -> None:
    mail_workspace.workspace.edit(EN, "subject: Petition", "subject: 🙏 Petition")
    mail_workspace.workspace.edit(JA, "subject: 請願書の送付", "subject: 請願書の送付〜お願い～")
    assert mail_workspace.workspace.run("check", "--strict").err.startswith(
        "3 letters to 2 recipients; 0 errors, 0 warnings."
    )


def test_it_may_greet_whoever_opens_the_mail_of_the_mission(mail_workspace: MailWorkspace) -> None:
    mail_workspace.workspace.edit(EN, "salutation: ", 'salutation: "Dear Sir or Madam:" #')
    assert mail_workspace.workspace.run("check", "--strict").status == 0
    mail_workspace.workspace.edit("letters/2027/petition.en.md", "Dear Mr. President:", "Dear Sir or Madam:")
    assert "[W217]" in mail_workspace.workspace.run("check").err


def test_its_other_words_are_checked_like_those_of_a_letter(mail_workspace: MailWorkspace) -> None:
    mail_workspace.workspace.edit(JA, "subject: 請願書", "subject: ２請願書")
    assert f"{JA}:2: warning: '２' is in full-width characters [W231]" in mail_workspace.workspace.run("check").err
    mail_workspace.workspace.edit(EN, "subject: Petition", "subject: ２ Petition")
    assert f"{EN}:2: warning: '２' is in full-width characters [W231]" in mail_workspace.workspace.run("check").err


def test_it_is_no_letter_and_is_never_set_on_paper(mail_workspace: MailWorkspace) -> None:
    mail_workspace.workspace.build()
    assert not [path for path in mail_workspace.workspace.list_made() if "email" in path]


def test_approve_shows_it_once_in_each_language(mail_workspace: MailWorkspace) -> None:
    mail_workspace.workspace.build()
    out = mail_workspace.workspace.run("approve", *ACCEPT).out
    assert out.count("Attached you will find a petition to Xi Jinping.") == 1
    assert out.count("宛ての請願書をお送りいたします。") == 1


def test_approve_shows_to_which_addresses_each_e_mail_goes_under_which_subject(mail_workspace: MailWorkspace) -> None:
    mail_workspace.workspace.edit("recipients.yaml", "[osaka@example.cn]", "[osaka@example.cn, visa@example.cn]")
    mail_workspace.workspace.build()
    out = mail_workspace.workspace.run("approve", *ACCEPT).out
    assert [line.split() for line in out.splitlines() if line.endswith("email.en")][-1] == ["jp-osaka", "email.en"]
    _, _, told = out.partition("What goes by e-mail, and to whom:\n")
    tokyo, osaka = (line.split("  ") for line in told.splitlines()[1:3])
    assert [part.strip() for part in tokyo if part.strip()] == [
        "jp-tokyo",
        "tokyo@example.cn",
        "[LFNKR-2027-JP-TOKYO] 請願書の送付",
        "ja",
    ]
    assert [part.strip() for part in osaka if part.strip()] == [
        "jp-osaka",
        "osaka@example.cn, visa@example.cn",
        "[LFNKR-2027-JP-OSAKA] Petition on Save North Korean Refugees Day",
        "en",
    ]


def test_approve_tells_a_program_the_addresses_and_the_subject_and_nothing_of_a_letter_on_paper(
    mail_workspace: MailWorkspace,
) -> None:
    mail_workspace.workspace.build()
    packets = json.loads(mail_workspace.workspace.run("approve", "--json", *ACCEPT).out)["packets"]
    assert {(one["recipient"], one["channel"]): one["email"] for one in packets} == {
        ("jp-tokyo", "post"): None,
        ("jp-tokyo", "email"): {
            "to": ["tokyo@example.cn"],
            "subject": "[LFNKR-2027-JP-TOKYO] 請願書の送付",
            "language": "ja",
        },
        ("jp-osaka", "email"): {
            "to": ["osaka@example.cn"],
            "subject": "[LFNKR-2027-JP-OSAKA] Petition on Save North Korean Refugees Day",
            "language": "en",
        },
    }


def test_who_is_written_to_on_paper_alone_reads_nothing_of_e_mail(workspace: WorkspaceCopy) -> None:
    workspace.build()
    assert "e-mail" not in workspace.run("approve", *ACCEPT).out


def test_its_change_lapses_the_packets_by_e_mail_and_no_others(mail_workspace: MailWorkspace) -> None:
    mail_workspace.approve()
    mail_workspace.workspace.edit(JA, "お送りいたします", "お送り申し上げます")
    ending = mail_workspace.workspace.run("approve", *ACCEPT)
    approved = [(event.recipient, event.channel) for event in mail_workspace.read_log() if event.kind is Kind.APPROVED]
    assert approved[3:] == [("jp-tokyo", "email")]
    assert "covering note: text" in ending.out
    assert "お送り申し上げます" in ending.out


def test_where_e_mails_are_approved_send_comes_next(mail_workspace: MailWorkspace) -> None:
    mail_workspace.approve()
    assert (
        "Next: petitioner send  (it shows what would be sent by e-mail; nothing is sent yet)"
        in mail_workspace.workspace.run().err
    )
    assert "Next: petitioner send" in mail_workspace.workspace.run("approve", *ACCEPT).err
