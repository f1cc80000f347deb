"""The workspace: everything read in one go."""

import os
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from petitioner.errors import Problem
from petitioner.inputs.folder import NoWorkspaceError, find_workspace, list_campaigns
from petitioner.inputs.workspace import read_workspace

CAMPAIGN = "letters/2027/campaign.yaml"
SIGNED = (
    "title: {en: Executive Director, ja: 理事長}",
    "title: {en: Executive Director, ja: 理事長}\n    image: sign.png",
)
PNG = b"\x89PNG\r\n\x1a\n...IEND\xaeB`\x82"


def tell(workspace: WorkspaceCopy) -> list[Problem]:
    """The problems of reading."""
    return list(read_workspace(workspace.folder)[1])


def brief(workspace: WorkspaceCopy) -> list[tuple[str, str]]:
    """Place and code of each problem of reading."""
    return [(problem.place, problem.code) for problem in tell(workspace)]


def test_everything_is_read(workspace: WorkspaceCopy) -> None:
    content, problems = read_workspace(workspace.folder)
    assert problems == ()
    assert [recipient.id for recipient in content.written_to] == ["jp-tokyo", "jp-osaka"]
    assert set(content.templates) == {("petition", "en"), ("petition", "ja")}
    assert content.shared == {"_request.ja.md": "難民を送還しないでください。"}
    assert content.home == "letters/2027"


def test_a_workspace_is_found_from_any_folder_within(workspace: WorkspaceCopy) -> None:
    assert find_workspace(workspace.folder / "letters" / "2027") == workspace.folder.resolve()


def test_where_there_is_no_workspace_the_user_is_told_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(NoWorkspaceError, match=str(tmp_path)) as caught:
        find_workspace(tmp_path)
    assert "-C FOLDER" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nowhere", "no folder .*nowhere"), ("recipients.yaml", "recipients.yaml is a file, not a folder")],
)
def test_a_mistyped_folder_is_not_taken_for_the_workspace_around_it(
    workspace: WorkspaceCopy, name: str, sentence: str
) -> None:
    with pytest.raises(NoWorkspaceError, match=sentence):
        find_workspace(workspace.folder / name)


def test_the_latest_campaign_is_meant_and_only_years_are_campaigns(workspace: WorkspaceCopy) -> None:
    for name in ("2026", "2028", "drafts", "20289"):
        (workspace.folder / "letters" / name).mkdir()
    (workspace.folder / "letters" / "2099").write_text("no folder")
    assert list_campaigns(workspace.folder) == ("2028", "2027", "2026")
    assert read_workspace(workspace.folder)[0].home == "letters/2028"


def test_another_campaign_is_read_when_it_is_named(workspace: WorkspaceCopy) -> None:
    (workspace.folder / "letters" / "2028").mkdir()
    assert read_workspace(workspace.folder, "2027")[1] == ()
    _, (problem,) = read_workspace(workspace.folder, "2029")
    assert (problem.code, problem.path) == ("C400", "letters/2029")
    assert "Known: 2028, 2027." in problem.hint


def test_a_workspace_without_a_campaign_is_told_how_to_make_one(workspace: WorkspaceCopy) -> None:
    (workspace.folder / "letters").rename(workspace.folder / "drafts")
    assert brief(workspace) == [("letters", "C400")]
    (workspace.folder / "letters").write_text("a file")
    assert brief(workspace) == [("letters", "C400")]


@pytest.mark.parametrize("path", ["recipients.yaml", CAMPAIGN, "letters/2027/petition.ja.md"])
def test_a_folder_in_the_place_of_a_file_is_told(workspace: WorkspaceCopy, path: str) -> None:
    (workspace.folder / path).unlink()
    (workspace.folder / path).mkdir()
    assert brief(workspace) == [(path, "S109")]


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(workspace: WorkspaceCopy) -> None:
    (workspace.folder / CAMPAIGN).unlink()
    os.mkfifo(workspace.folder / CAMPAIGN)
    assert brief(workspace) == [(CAMPAIGN, "S109")]


@pytest.mark.parametrize(
    "path", ["recipients.yaml", CAMPAIGN, "letters/2027/_request.ja.md", "letters/theme/letter.css"]
)
def test_a_link_that_leaves_the_workspace_is_not_followed(workspace: WorkspaceCopy, tmp_path: Path, path: str) -> None:
    outside = tmp_path / "outside"
    outside.write_text("secret")
    (workspace.folder / path).unlink(missing_ok=True)
    (workspace.folder / path).parent.mkdir(exist_ok=True)
    (workspace.folder / path).symlink_to(outside)
    (problem,) = tell(workspace)
    assert (problem.place, problem.code) == (path, "S109")
    assert "leaves the workspace" in problem.message


def test_a_link_within_the_workspace_is_followed(workspace: WorkspaceCopy) -> None:
    letter = workspace.folder / "letters/2027/petition.ja.md"
    letter.rename(workspace.folder / "letters/kept.md")
    letter.symlink_to("../kept.md")
    assert tell(workspace) == []


def test_a_link_to_itself_is_told(workspace: WorkspaceCopy) -> None:
    letter = workspace.folder / "letters/2027/petition.ja.md"
    letter.unlink()
    letter.symlink_to(letter)
    assert brief(workspace) == [("letters/2027/petition.ja.md", "S109")]


def test_a_file_that_is_too_large_is_not_read(workspace: WorkspaceCopy) -> None:
    with (workspace.folder / "recipients.yaml").open("wb") as file:
        file.truncate(60_000_000_000)  # a hole: it takes no room on the disk
    (problem,) = tell(workspace)
    assert problem.code == "S109"
    assert "60000 MB" in problem.message


def test_a_file_that_nobody_may_read_is_told(workspace: WorkspaceCopy) -> None:
    for folder in (workspace.folder, *workspace.folder.parents):
        if folder.stat().st_uid == os.getuid() and str(folder).count("/") > 1:
            folder.chmod(0o755)
    (workspace.folder / CAMPAIGN).chmod(0)
    is_root = os.geteuid() == 0  # whom no permission stops
    if is_root:
        os.seteuid(65534)
    try:
        problems = tell(workspace)
    finally:
        if is_root:
            os.seteuid(0)
    assert [(problem.place, problem.code) for problem in problems] == [(CAMPAIGN, "S109")]
    assert "Permission denied" in problems[0].message


@pytest.mark.parametrize(
    ("path", "almost"), [("recipients.yaml", "recipients.yml"), (CAMPAIGN, "letters/2027/campaign.yml")]
)
def test_a_missing_file_is_pointed_to_when_its_name_is_almost_right(
    workspace: WorkspaceCopy, path: str, almost: str
) -> None:
    (workspace.folder / path).rename(workspace.folder / almost)
    (problem,) = tell(workspace)
    assert (problem.place, problem.code) == (path, "S109")
    assert f"Did you mean '{Path(almost).name}'?" in problem.hint


def test_what_an_editor_or_a_mac_leaves_beside_a_letter_is_passed_over(workspace: WorkspaceCopy) -> None:
    for name in ("._petition.ja.md", ".petition.en.md.swp", "petition.en.md~", ".#petition.en.md", "notes.txt"):
        workspace.write(f"letters/2027/{name}", b"\x00\x05\x16\x07")
    assert tell(workspace) == []


def test_a_file_name_that_cannot_be_shown_is_told_in_escapes(workspace: WorkspaceCopy) -> None:
    os.rename(  # noqa: PTH104 - a name in bytes, as an archive from another machine leaves it
        os.fsencode(workspace.folder / "letters/2027/_request.ja.md"),
        os.fsencode(workspace.folder / "letters/2027") + b"/_\x97v\x96]\x1b[31m.md",
    )
    (problem,) = tell(workspace)
    assert problem.path == "letters/2027/_\\udc97v\\udc96]\\x1b[31m.md"
    assert workspace.run("check", "--json").status == 3


def test_a_signature_and_an_enclosure_are_read_from_the_campaigns_folder(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, *SIGNED)
    workspace.write("letters/2027/sign.png", PNG)
    workspace.edit(
        CAMPAIGN, "reference: LFNKR", "reference: LFNKR\nenclosures: [{file: in/a.pdf, title: {en: A, ja: B}}]"
    )
    workspace.write("letters/2027/in/a.pdf", b"%PDF-1.7 %%EOF")
    content, problems = read_workspace(workspace.folder)
    assert problems == ()
    assert content.attached == {"sign.png": PNG, "in/a.pdf": b"%PDF-1.7 %%EOF"}


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, "S109", "sign.png is missing"),
        (b"GIF89a", "C407", "not a PNG or JPEG"),
        (PNG[:-4], "C407", "cut off"),
        (b"", "C407", "not a PNG or JPEG"),
    ],
)
def test_a_signature_that_cannot_be_used_is_told_where_it_is_named(
    workspace: WorkspaceCopy, content: bytes | None, code: str, said: str
) -> None:
    workspace.edit(CAMPAIGN, *SIGNED)
    if content is not None:
        workspace.write("letters/2027/sign.png", content)
    (problem,) = tell(workspace)
    assert (problem.place, problem.code) == (f"{CAMPAIGN}:24", code)
    assert said in problem.message


@pytest.mark.parametrize("name", ["x" * 300 + ".png", ".", "sign.png/more.png", "campaign.yaml"])
def test_no_name_of_a_picture_makes_the_reader_stumble(workspace: WorkspaceCopy, name: str) -> None:
    workspace.edit(CAMPAIGN, SIGNED[0], SIGNED[1].replace("sign.png", name))
    workspace.write("letters/2027/sign.png", PNG)
    assert {problem.place for problem in tell(workspace)} == {f"{CAMPAIGN}:24"}


def test_a_picture_outside_is_refused_and_not_opened(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, SIGNED[0], SIGNED[1].replace("sign.png", "../../recipients.yaml"))
    assert brief(workspace) == [(f"{CAMPAIGN}:24", "C406")]


def test_a_picture_that_is_a_link_to_the_outside_is_refused(workspace: WorkspaceCopy, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PNG)
    (workspace.folder / "letters/2027/sign.png").symlink_to(tmp_path / "secret.png")
    workspace.edit(CAMPAIGN, *SIGNED)
    assert brief(workspace) == [(f"{CAMPAIGN}:24", "S109")]


def test_a_file_name_in_two_parts_from_a_mac_is_found(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, SIGNED[0], SIGNED[1].replace("sign.png", "サインガ.png"))
    workspace.write("letters/2027/サインカ\u3099.png", PNG)
    content, problems = read_workspace(workspace.folder)
    assert problems == ()
    assert content.attached == {"サインガ.png": PNG}


def test_the_senders_address_is_checked_like_a_missions(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "postal_code: 113-0033", "postal_code: 113-0034")
    assert brief(workspace) == [(f"{CAMPAIGN}:18", "R303"), (f"{CAMPAIGN}:19", "R303")]
    assert "'sender.address.lines.ja'" in tell(workspace)[0].message


def test_an_unknown_language_is_told_once_and_not_missed_everywhere(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "languages: [en]", "languages: [en, jp]")
    assert brief(workspace) == [("recipients.yaml:28", "R301")]


def test_faults_of_every_file_come_in_one_go(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "kind: embassy", "kind: embasy")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    workspace.edit("letters/2027/petition.en.md", "closing: Respectfully yours,\n", "")
    workspace.write("letters/2027/_request.ja.md", "難民".encode("cp932"))
    workspace.write("letters/theme/theme.yaml", "accent: blue\n")
    assert {problem.path for problem in tell(workspace)} == {
        "recipients.yaml",
        CAMPAIGN,
        "letters/2027/petition.en.md",
        "letters/2027/_request.ja.md",
        "letters/theme/theme.yaml",
    }


def test_an_unreadable_folder_of_the_theme_is_no_theme(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/theme", "a file, not a folder")
    assert tell(workspace) == []
