"""campaign.yaml: text to a campaign, with every fault found."""

import pytest

from petitioner.errors import Problem
from petitioner.inputs.campaigns import list_files, read_campaign
from petitioner.model.recipient import Campaign

FILE = """\
name: {en: Refugees Day, ja: 難民の日}
day: 2027-09-24
date: 2027-09-01
time_zone: Asia/Tokyo
reference: LFNKR
addressee:
  name: {en: Xi Jinping, ja: 習近平}
  title: {en: President, ja: 国家主席}
  honorific: {en: His Excellency, ja: 閣下}
  family_name: {en: Xi}
  in_office_since: 2013-03
sender:
  name: {en: Life Funds, ja: 救援基金}
  short_name: LFNKR
  country: JP
  address:
    lines: {ja: [東京都文京区本郷1-33-3-801]}
signatories:
  - name: {en: Kato Hiroshi, ja: 加藤　博}
    title: {en: Executive Director, ja: 理事長}
    image: signature.png
enclosures:
  - {file: enclosures/report.pdf, title: {en: Report, ja: 報告}}
accepted_warnings:
  S102: our editor writes it
"""
NEEDED = {"ja": "jp-tokyo", "en": "jp-osaka"}


def read(old: str = "", new: str = "") -> tuple[Campaign | None, list[Problem]]:
    """The campaign and the problems after one edit of the file."""
    assert FILE.count(old) == 1 or not old
    campaign, problems = read_campaign("letters/2027", FILE.replace(old, new, 1 if old else 0).encode(), NEEDED)
    return campaign, list(problems)


def test_a_campaign_is_read_as_it_was_written() -> None:
    campaign, problems = read()
    assert problems == []
    assert campaign
    assert (campaign.id, campaign.edition) == ("2027", 1)
    assert campaign.origin.path == "letters/2027/campaign.yaml"
    assert campaign.origin.line_of("enclosures", 0, "file") == 23
    assert [name for _, name in list_files(campaign)] == ["signature.png", "enclosures/report.pdf"]


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "said"),
    [
        ("day: 2027-09-24", "day: 2026-09-24", 2, "C401", "not in 2027"),
        ("date: 2027-09-01", "date: 2027-09-25", 3, "C401", "after the day"),
        ("date: 2027-09-01", "date: 2026-09-01", 3, "C401", "dated 2026-09-01"),
        ("date: 2027-09-01", "date: 1 September", 3, "V204", "2027-09-24"),
        ("time_zone: Asia/Tokyo", "time_zone: Tokyo", 4, "C405", "'Tokyo'"),
        ("time_zone: Asia/Tokyo", "time_zone: ../../etc/passwd", 4, "C405", "unknown time zone"),
        ("time_zone: Asia/Tokyo", "time_zone: Asia", 4, "C405", "unknown time zone"),
        ("time_zone: Asia/Tokyo", "time_zone: Asia/東京", 4, "C405", "unknown time zone"),
        ("reference: LFNKR", "reference: lfnkr", 5, "C403", "'lfnkr'"),
        ("reference: LFNKR", "reference: L/N", 5, "C403", "'L/N'"),
        ("  country: JP", "  country: JPN", 15, "R304", "'JPN'"),
        ("name: {en: Refugees Day, ja: 難民の日}", "name: {en: Refugees Day}", 1, "C402", "'name' has no ja"),
        ("title: {en: President, ja: 国家主席}", "title: {ja: 国家主席}", 8, "C402", "addressee.title"),
        ("honorific: {en: His Excellency, ja: 閣下}", "honorific: {ja: 閣下}", 9, "C402", "addressee.honorific"),
        ("name: {en: Life Funds, ja: 救援基金}", "name: {ja: 救援基金}", 13, "C402", "sender.name"),
        ("name: {en: Kato Hiroshi, ja: 加藤　博}", "name: {}", 19, "C402", "signatories[1].name"),
        ("title: {en: Executive Director, ja: 理事長}", "title: {ja: 理事長}", 20, "C402", "signatories[1].title"),
        ("title: {en: Report, ja: 報告}", "title: {en: Report}", 23, "C402", "enclosures[1].title"),
        ("family_name: {en: Xi}", "family_name: {eng: Xi}", 10, "R301", "'eng'"),
        ("lines: {ja: [", "lines: {jp: [", 17, "R301", "'jp'"),
        ("name: {en: Refugees Day, ja", "name: {en: Refugees Day, jp", 1, "R301", "'jp'"),
        ("in_office_since: 2013-03", "in_office_since: March 2013", 11, "V204", "2013-03-14"),
        ("  in_office_since: 2013-03\n", "", 6, "V201", "'in_office_since' is missing in 'addressee'"),
        ("image: signature.png", "image: /home/me/signature.png", 21, "C406", "/home/me"),
        ("image: signature.png", "image: ../2026/signature.png", 21, "C406", "letters/2027"),
        ("image: signature.png", "image: 'C:\\signature.png'", 21, "C406", "letters/2027"),
        ("image: signature.png", "image:", 21, "S110", "'image:'"),
        ("file: enclosures/report.pdf", "file: enclosures/../../report.pdf", 23, "C406", ".."),
        ("  S102: our editor writes it", "  S104: we like it", 25, "C408", "error"),
        ("  S102: our editor writes it", "  S120: we like it", 25, "C408", "not the code"),
        ("  S102: our editor writes it", "  - S102", 24, "V203", "a list is written there"),
        ("signatories:\n", "signatores:\n", 18, "V202", "'signatores'"),
        ("accepted_warnings:", "edition: 0\naccepted_warnings:", 24, "V204", "from 1"),
        ("accepted_warnings:", "id: 2028\naccepted_warnings:", 24, "V202", "'id'"),
    ],
)
def test_a_fault_is_told_at_its_line(old: str, new: str, line: int, code: str, said: str) -> None:
    _, problems = read(old, new)
    (problem, *_) = [problem for problem in problems if problem.code == code]
    assert (problem.path, problem.line) == ("letters/2027/campaign.yaml", line)
    assert said in problem.message


def test_a_letter_that_nobody_signs_is_refused() -> None:
    start, end = FILE.index("signatories:"), FILE.index("enclosures:")
    _, (problem,) = read(FILE[start:end], "signatories: []\n")
    assert (problem.code, problem.line) == ("C404", 18)


def test_faults_of_shape_and_missing_translations_come_in_one_go() -> None:
    _, problems = read("day: 2027-09-24\ndate: 2027-09-01", "day: soon\ndate: {}")
    assert [problem.code for problem in problems] == ["V204", "V204"]
    _, problems = read("name: {en: Life Funds, ja: 救援基金}\n  short_name: LFNKR", "name: {en: Life Funds}")
    assert {(problem.code, problem.line) for problem in problems} == {("V201", 12), ("C402", 13)}


def test_an_honorific_and_a_family_name_may_be_left_out() -> None:
    assert read("  honorific: {en: His Excellency, ja: 閣下}\n", "")[1] == []
    assert read("  family_name: {en: Xi}\n", "")[1] == []


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "S108"), (b"\xff\xfe", "S101"), (b"a: [\n", "S103"), (b"# b\n", "V203")]
)
def test_a_file_that_is_no_campaign_is_told(content: bytes, code: str) -> None:
    campaign, problems = read_campaign("letters/2027", content, NEEDED)
    assert campaign is None
    assert [problem.code for problem in problems] == [code]


def test_a_file_outside_is_told_and_not_listed() -> None:
    campaign, _ = read("image: signature.png", "image: ../signature.png")
    assert campaign
    assert [name for _, name in list_files(campaign)] == ["enclosures/report.pdf"]
