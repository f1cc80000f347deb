"""--country, --city, --kind, --channel, --state and --group beside --only, before and behind every command."""

import json
from dataclasses import replace

import pytest

from conftest import WorkspaceCopy

TOKYO, OSAKA = "jp-tokyo", "jp-osaka"
APPROVE = ("approve", "--yes", "--by", "Hanako", "--unread", "en", "--unread", "ja")


@pytest.fixture
def grouped(workspace: WorkspaceCopy) -> WorkspaceCopy:
    workspace.edit("recipients.yaml", "channels: [post]", "channels: [post]\n    group: 関東")
    workspace.edit("recipients.yaml", "channels: [post, hand]", "channels: [post, hand]\n    coordinator: Sato Hanako")
    return workspace


def list_shown(workspace: WorkspaceCopy, *options: str) -> list[str]:
    ending = workspace.run("log", "--json", *options)
    assert ending.status == 0, ending.err
    return [one["id"] for one in json.loads(ending.out)["recipients"]]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--country", "jp"), [TOKYO, OSAKA]),
        (("--city", "大阪"), [OSAKA]),
        (("--city", "OSAKA"), [OSAKA]),
        (("--kind", "embassy"), [TOKYO]),
        (("--kind", "embassy", "--kind", "consulate-general"), [TOKYO, OSAKA]),
        (("--channel", "hand"), [OSAKA]),
        (("--group", "関東"), [TOKYO]),
        (("--state", "open"), [TOKYO, OSAKA]),
        (("--state", "posted"), [TOKYO]),
        (("--state", "posted", "--limit", "1", "--country", "JP"), [TOKYO]),
        (("--channel", "post", "--only", OSAKA), [OSAKA]),
    ],
    ids=" ".join,
)
def test_each_option_chooses_the_recipients_that_it_names(
    grouped: WorkspaceCopy, options: tuple[str, ...], expected: list[str]
) -> None:
    if "--state" in options and "open" not in options:
        grouped.run("log", "add", "posted", TOKYO)
    assert list_shown(grouped, *options) == expected


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--country", "KR"), "No country is called 'KR'."),
        (("--city", "Osaca"), "Did you mean 'Osaka'?"),
        (("--kind", "embasy"), "Did you mean 'embassy'?"),
        (("--channel", "fax"), "Known: post, hand."),
        (("--group", "kansai"), "Known: 関東."),
        (("--state", "post"), "Did you mean 'posted'?"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("command", ["check", "log", "approve", "recipients"])
def test_a_value_that_nobody_has_is_named_with_those_that_there_are(
    grouped: WorkspaceCopy, command: str, options: tuple[str, ...], said: str
) -> None:
    ending = grouped.run(command, *options)
    assert (ending.status, said in ending.err) == (2, True), ending.err


def test_options_that_leave_nobody_are_named_together(grouped: WorkspaceCopy) -> None:
    ending = grouped.run("check", "--kind", "embassy", "--city", "Osaka")
    assert ending.status == 2
    assert "You chose --city Osaka, --kind embassy. Leave one out." in ending.err


def test_a_channel_chooses_the_packets_by_it_too(grouped: WorkspaceCopy) -> None:
    grouped.build()
    options = ("--unverified", OSAKA, "--channel", "hand")
    packets = json.loads(grouped.run(*APPROVE, *options, "--json").out)["packets"]
    assert [(one["recipient"], one["channel"]) for one in packets] == [(OSAKA, "hand")]
    assert "1 mission" in grouped.run("print", "deliveries", "--channel", "hand").out
    mail_by = json.loads(grouped.run("print", "--mail-by", "--channel", "post", "--json").out)
    assert [(one["id"], one["channel"]) for one in mail_by["recipients"]] == [(TOKYO, "post"), (OSAKA, "post")]


def test_a_run_by_another_channel_sends_nothing(grouped: WorkspaceCopy) -> None:
    grouped.build()
    ending = grouped.run("print", "--channel", "hand", "--only", OSAKA)
    assert ending.status == 1
    assert "needs approval" in ending.err or "not approved" in ending.err
    assert "(post)" not in ending.err


def test_recipients_are_verified_by_group_and_shown_with_their_coordinator(grouped: WorkspaceCopy) -> None:
    shown = json.loads(grouped.run("recipients", "--channel", "hand", "--json").out)["recipients"]
    assert [(one["id"], one["coordinator"]) for one in shown] == [(OSAKA, "Sato Hanako")]
    assert "coordinator Sato Hanako" in grouped.run("recipients", "show", OSAKA).out
    refused = grouped.run("recipients", "verify", "--group", "関東", "--confirmed")
    assert (refused.status, "No recipient is named who was confirmed." in refused.err) == (2, True)


def test_folder_and_campaign_are_accepted_behind_a_command(grouped: WorkspaceCopy) -> None:
    before = grouped.run("check", "--json")
    chosen = grouped.run("check", "--json", "--campaign", "2027")
    assert replace(chosen, err=chosen.err.replace("petitioner --campaign 2027 ", "petitioner ")) == before
    assert "there is no such campaign" in grouped.run("log", "--campaign", "2026").err
    assert "there is no such campaign" in grouped.run("log", "--campaign", "2026", "show", OSAKA).err
    file = str(grouped.folder / "recipients.yaml")
    assert f"{file} is a file, not a folder." in grouped.run("recipients", "show", "-C", file).err
    assert "There is no folder" in grouped.run("recipients", "show", "-C", str(grouped.folder / "missing")).err
    assert grouped.run("check", "--quiet").err == ""


def test_whose_approval_has_lapsed_can_be_chosen(workspace: WorkspaceCopy) -> None:
    workspace.build()
    assert workspace.run(*APPROVE, "--unverified", TOKYO, "--unverified", OSAKA).status == 0
    assert list_shown(workspace, "--state", "lapsed") == []
    workspace.edit("recipients.yaml", "3-9-2", "3-9-3")
    assert list_shown(workspace, "--state", "lapsed") == [OSAKA]


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        (("print", "--only", OSAKA, "envelopes"), "--only"),
        (("print", "--simplex", "--only", OSAKA, "labels"), "--only and --simplex"),
        (("log", "--json", "verify"), "--json"),
    ],
)
def test_an_option_before_a_command_that_would_not_get_it_is_refused(
    workspace: WorkspaceCopy, command: tuple[str, ...], flags: str
) -> None:
    ending = workspace.run(*command)
    group, *_, name = command
    assert (ending.status, ending.out) == (2, "")
    assert f"{flags} must come after '{group} {name}'." in ending.err
    assert workspace.run(group, "-C", str(workspace.folder), name, "--help").status == 0
