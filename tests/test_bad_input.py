"""Bad input as people really make it: each is refused at its line, in words, all at once, and nothing is written."""

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from conftest import Bench
from documents import read_docx_text

PEOPLE = "recipients.yaml"
CAMPAIGN = "letters/2027/campaign.yaml"
ENGLISH = "letters/2027/petition.en.md"


@dataclass(frozen=True)
class Fault:
    """One change to the small workspace, and what must be said of it."""

    path: str
    old: str
    new: str
    said: str


FAULTS = {
    "a tab": Fault(PEOPLE, "    kind: embassy", "\tkind: embassy", "recipients.yaml:3: a tab stands"),
    "two recipients with one id": Fault(
        PEOPLE, "  jp-osaka:", "  jp-tokyo:", "recipients.yaml:17: 'jp-tokyo' stands here twice"
    ),
    "a missing translation": Fault(
        PEOPLE,
        "name:\n      en: Consulate-General of the",
        "name:\n      ja: 総領事館 # of the",
        "recipients.yaml:21: ",
    ),
    "an unknown language": Fault(PEOPLE, "languages: [en]", "languages: [jp]", "recipients.yaml:28: "),
    "a character that reverses the order": Fault(PEOPLE, "en: Osaka", "en: Osa\u202eka", "recipients.yaml:20: "),
    "the same, written as an escape": Fault(PEOPLE, "en: Osaka", 'en: "Osa\\u202Eka"', "U+202E"),
    "a control character": Fault(PEOPLE, "en: Osaka", "en: Osa\x07ka", "recipients.yaml:20: "),
    "a newline in a line": Fault(PEOPLE, "en: Osaka", 'en: "Osa\\nka"', "'city.en' must stand on one line"),
    "a line that is too long": Fault(
        PEOPLE,
        "大阪府大阪市西区靱本町3-9-2",
        "大阪府大阪市西区靱本町3-9-2大阪府大阪市西区靱本町3-9-2",
        "mm long, and 73 mm fit the window",
    ),
    "an address without its postal code": Fault(PEOPLE, "〒550-0004", "〒550-0005", "recipients.yaml:2"),
    "a misspelt key": Fault(PEOPLE, "kind: embassy", "kidn: embassy", "Did you mean 'kind'?"),
    "a misspelt rank": Fault(PEOPLE, "kind: embassy", "kind: ambassy", "Did you mean 'embassy'?"),
    "a list where a text must be": Fault(PEOPLE, "kind: embassy", "kind: [embassy]", "recipients.yaml:3: "),
    "a text where a list must be": Fault(PEOPLE, "languages: [en]", "languages: en", "recipients.yaml:28: "),
    "an id that is no id": Fault(PEOPLE, "  jp-osaka:", "  ../Osaka:", "recipients.yaml:17: "),
    "an alias": Fault(PEOPLE, "languages: [en]", "languages: *all", "recipients.yaml:28: "),
    "a date in another spelling": Fault(
        CAMPAIGN, "day: 2027-09-24", "day: 24.9.2027", "must be a date written as 2027-09-24"
    ),
    "a day that is not in the calendar": Fault(CAMPAIGN, "day: 2027-09-24", "day: 2027-09-31", "campaign.yaml:2: "),
    "last year's day": Fault(CAMPAIGN, "day: 2027-09-24", "day: 2026-09-24", "campaign.yaml:2: "),
    "letters dated after the day": Fault(CAMPAIGN, "date: 2027-09-01", "date: 2027-10-01", "campaign.yaml:3: "),
    "a signature outside the workspace": Fault(
        CAMPAIGN, "理事長}", "理事長}\n    image: ../../../../etc/passwd", "is not within letters/2027"
    ),
    "a signature that is not there": Fault(CAMPAIGN, "理事長}", "理事長}\n    image: pen.png", "letters/2027/pen.png"),
    "nobody who signs": Fault(
        CAMPAIGN,
        "signatories:\n  - name: {en: Kato Hiroshi, ja: 加藤　博}\n    title: {en: Executive Director, ja: 理事長}\n",
        "signatories: []\n",
        "campaign.yaml:",
    ),
    "a misspelt name": Fault(ENGLISH, "{{ recipient.name }}", "{{ recipient.nmae }}", "petition.en.md:6: "),
    "a misspelt name where no recipient looks": Fault(
        ENGLISH,
        "1. Let them",
        '{% if recipient.kind == "office" %}{{ recipeint.name }}{% endif %}1. Let them',
        "petition.en.md:12: ",
    ),
    "a tag without its end": Fault(ENGLISH, "{% endif %}", "", "petition.en.md:8: "),
    "a way out of the sandbox": Fault(ENGLISH, "{{ recipient.city }}", "{{ ''.__class__ }}", "petition.en.md:9: "),
    "an include of what is not there": Fault(ENGLISH, "1. Let them", '{% include "_x.md" %}\n1. Let them', "'_x.md'"),
    "HTML": Fault(ENGLISH, "1. Let them", "<b>Let</b> them", "petition.en.md:12: HTML has no place in a letter"),
    "a picture": Fault(ENGLISH, "1. Let them", "![x](y.png)\n\n1. Let them", "petition.en.md:12: a picture"),
    "a script for a link": Fault(ENGLISH, "1. Let them", "[x](javascript:alert)\n\n1. Let them", "petition.en.md:12: "),
    "a list that starts at a year": Fault(
        ENGLISH, "1. Let them stay.\n2.", "2027. Let them stay.\n2028.", "petition.en.md:12: "
    ),
    "a footnote that is nowhere given": Fault(ENGLISH, "1. Let them", "Let them[^1]", "petition.en.md:12: "),
    "a footnote that calls itself": Fault(
        ENGLISH, "1. Let them stay.", "Stay.[^1]\n\n[^1]: See.[^1]\n", "petition.en.md:14: "
    ),
    "a letter without its subject": Fault(ENGLISH, "subject: Petition on", "# Petition on", "'subject' is missing"),
    "a letter without its head": Fault(ENGLISH, "---\nsubject", "subject", "petition.en.md:1: "),
    "an empty value": Fault(ENGLISH, "closing: Respectfully yours,", "closing:", "petition.en.md:4: "),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_refused_at_its_line_and_nothing_is_written(bench: Bench, name: str) -> None:
    fault = FAULTS[name]
    bench.edit(fault.path, fault.old, fault.new)
    ending = bench.run("build")
    _expect_refusal(bench, ending.status, ending.err, fault.said)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("cp932", "Shift_JIS"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")],
)
def test_a_file_in_another_encoding_is_named(bench: Bench, encoding: str, said: str) -> None:
    text = (bench.folder / PEOPLE).read_text("utf-8")
    bench.write(PEOPLE, text.encode(encoding))
    ending = bench.run("build")
    _expect_refusal(bench, ending.status, ending.err, said)


def test_a_byte_order_mark_loses_nothing_and_is_only_warned_of(bench: Bench) -> None:
    bench.write(PEOPLE, b"\xef\xbb\xbf" + (bench.folder / PEOPLE).read_bytes())
    ending = bench.run("check")
    assert ending.status == 0
    assert "recipients.yaml:1: warning: the file starts with a byte-order mark" in ending.err
    assert bench.run("check", "--strict").status == 1


def test_an_accepted_warning_is_told_no_more(bench: Bench) -> None:
    bench.write(PEOPLE, b"\xef\xbb\xbf" + (bench.folder / PEOPLE).read_bytes())
    bench.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\naccepted_warnings: {S102: our editor writes it}")
    assert bench.run("check", "--strict").status == 0


@pytest.mark.parametrize("path", [PEOPLE, CAMPAIGN, ENGLISH])
@pytest.mark.parametrize("content", ["", "\n \n", "]", "text", "\x00", "- a\n- b\n"])
def test_a_file_of_nothing_or_nonsense_is_refused(bench: Bench, path: str, content: str) -> None:
    bench.write(path, content)
    ending = bench.run("build")
    _expect_refusal(bench, ending.status, ending.err, path)


@pytest.mark.parametrize("path", [PEOPLE, CAMPAIGN, ENGLISH])
def test_a_missing_file_is_named(bench: Bench, path: str) -> None:
    (bench.folder / path).unlink()
    ending = bench.run("build")
    _expect_refusal(bench, ending.status, ending.err, path)


def test_a_folder_in_place_of_a_file_is_named(bench: Bench) -> None:
    (bench.folder / ENGLISH).unlink()
    (bench.folder / ENGLISH).mkdir()
    ending = bench.run("build")
    _expect_refusal(bench, ending.status, ending.err, ENGLISH)


def test_a_link_out_of_the_workspace_is_refused(bench: Bench) -> None:
    outside = bench.folder.parent / "outside.yaml"
    (bench.folder / PEOPLE).rename(outside)
    (bench.folder / PEOPLE).symlink_to(outside)
    ending = bench.run("build")
    _expect_refusal(bench, ending.status, ending.err, PEOPLE)


@pytest.mark.parametrize("text", ["recipients: " + "[" * 100_000, "recipients: " + "{a: " * 50_000])
def test_a_file_nested_without_end_is_refused_and_does_not_crash(bench: Bench, text: str) -> None:
    """In a process of its own, since a parser that recurses would take this one down."""
    bench.write(PEOPLE, text)
    command = [sys.executable, "-m", "petitioner", "-C", str(bench.folder), "build"]
    ending = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    _expect_refusal(bench, ending.returncode, ending.stderr, "recipients.yaml:1: ")


def test_all_faults_of_all_files_are_told_in_one_go(bench: Bench) -> None:
    bench.edit(PEOPLE, "kind: embassy", "kind: ambassy")
    bench.edit(PEOPLE, "country: JP\n    city: {en: Osaka", "country: Japan\n    city: {en: Osaka")
    bench.edit(CAMPAIGN, "time_zone: Asia/Tokyo", "time_zone: Asia/Tokio")
    bench.edit(ENGLISH, "{{ recipient.city }}", "{{ recipient.town }}")
    bench.edit("letters/2027/petition.ja.md", "closing: 謹白", "closign: 謹白")
    ending = bench.run("check")
    assert ending.status == 3
    for place in ("recipients.yaml:3: ", "recipients.yaml:19: ", "campaign.yaml:4: ", "en.md:9: ", "ja.md:4: "):
        assert place in ending.err


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("country: JP\n    city: {en: Osaka", "country: NO\n    city: {en: Osaka", "NO"),
        ("postal_code: 550-0004", "postal_code: 0550", "0550"),
        ("en: Osaka", "en: 12:30", "12:30"),
        ("en: Osaka", "en: 1_000", "1_000"),
        ("en: Osaka", "en: 0x10", "0x10"),
        ("en: Osaka", "en: yes", "yes"),
    ],
)
def test_yaml_guesses_nothing(bench: Bench, old: str, new: str, shown: str) -> None:
    bench.edit(PEOPLE, old, new)
    bench.edit(ENGLISH, "1. Let them stay.", "1. {{ recipient.country }} {{ recipient.city }} stay.")
    if "postal_code" in old:
        bench.edit(PEOPLE, "〒550-0004", "〒0550")
    if "country" in old:
        bench.edit(
            PEOPLE, "大阪府大阪市西区靱本町3-9-2]", "大阪府大阪市西区靱本町3-9-2]\n      country_line: {ja: NORWAY}"
        )
    assert bench.run("build", "--only", "jp-osaka").status == 0
    text = _read_docx(bench)
    assert shown in text


def test_a_file_that_may_not_be_read_is_named(bench: Bench) -> None:
    (bench.folder / ENGLISH).chmod(0)
    caps = "-dac_override,-dac_read_search"  # root reads everything, unless it gives that up (capabilities(7))
    bound = ["setpriv", f"--bounding-set={caps}", f"--inh-caps={caps}"] if os.getuid() == 0 else []
    command = [*bound, sys.executable, "-m", "petitioner", "-C", str(bench.folder), "build"]
    ending = subprocess.run(command, capture_output=True, text=True, check=False)
    _expect_refusal(bench, ending.returncode, ending.stderr, ENGLISH)


def _expect_refusal(bench: Bench, status: int, err: str, said: str) -> None:
    assert status == 3, err
    assert said in err, err
    assert "Traceback" not in err
    assert "nothing was done" in err
    assert bench.list_made() == []


def _read_docx(bench: Bench) -> str:
    return read_docx_text((bench.folder / "out/2027/jp-osaka/petition.en.docx").read_bytes())
