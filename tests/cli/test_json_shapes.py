"""What each command gives to a program has the keys and types that are committed, in one story of a campaign."""

import json
import re
import shutil
from collections import defaultdict
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from committed import DATA, assert_committed
from conftest import WorkspaceCopy
from interface import list_commands
from json_shapes import Shape
from log_tampering import tamper
from mail_round_trip import RoundTrip, answer, report
from mail_workspace import NOTE, MailWorkspace
from paper_workspace import approve_all
from planted.enclosures import save_picture
from servers.certificates import Certificates
from servers.cups import Cups
from servers.scripted import ScriptedServer

pytestmark = pytest.mark.usefixtures("named_machine")

SHAPES = DATA / "shapes"
PRINTER = "print --printer"  # told by a test of its own: it needs a scheduler
TOKYO = """\
channels: [post, hand]
    telephone: 03-3403-3388
    fax: 03-3403-3345
    website: https://jp.example.org/
    as_of: 2026
    formerly: [jp-edo]
    group: kanto
    coordinator: Hanako
    visit: {map: "https://maps.example.org/", ask_for: the mission's secretary, hours: 9 to 12, remark: the west gate}
"""
OTHERS = """
  jp-kobe:
    kind: consulate-general
    country: JP
    city: {en: Kobe}
    name: {en: Consulate-General of the People's Republic of China in Kobe}
    address: {postal_code: 650-0001, lines: {ja: [〒650-0001, 兵庫県神戸市中央区加納町6-5-1]}}
    languages: [en]
    channels: [post]
    closed: 2026-03-31
    skip: it was merged with that in Osaka
    shares_with: jp-naha

  jp-naha:
    kind: consulate-general
    country: JP
    city: {en: Naha}
    name: {en: Consulate-General of the People's Republic of China in Naha}
    address: {postal_code: 900-0001, lines: {ja: [〒900-0001, 沖縄県那覇市泉崎1-1-1]}}
    languages: [en]
    channels: [post]
    hold: telephone them first
"""
BECAUSE = ("--because", "it was so")
UNVERIFIED = [word for city in ("tokyo", "osaka", "nagoya") for word in ("--unverified", f"jp-{city}")]
ENGLISH = "letters/2027/petition.en.md"


class Teller:
    """Runs commands with ``--json`` in a workspace, and remembers the shapes of what they gave."""

    def __init__(self, workspace: WorkspaceCopy) -> None:
        self.workspace = workspace
        self.shapes: defaultdict[str, Shape] = defaultdict(Shape)

    def tell(self, command: str, *arguments: str) -> Any:  # noqa: ANN401 - JSON
        """Run a command, and widen its shape by what it gives; words with dashes tell one form of it from another."""
        ending = self.workspace.run(*command.split(), *arguments, "--json")
        assert ending.out.startswith(("{", "[")), f"{command} {arguments}: {ending.err}"
        given = json.loads(ending.out)
        self.shapes[re.sub(r" jp-\w+", "", command)].add(given)
        return given


def name_file(command: str) -> str:
    return f"{command.replace('--', '').replace(' ', '_') or 'petitioner'}.json"


def assert_shapes(teller: Teller) -> None:
    for command, shape in teller.shapes.items():
        assert_committed(
            SHAPES / name_file(command), shape.write(), f"The keys and types of `petitioner {command} --json` are"
        )


def test_what_all_commands_give_to_a_program_has_the_committed_shape(
    workspace: WorkspaceCopy,
    scripted: ScriptedServer,
    certificates: Certificates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    teller, mail_workspace = Teller(workspace), MailWorkspace(workspace)
    mail_workspace.write_account(scripted.ports.tls, certificates)
    prepare(teller, mail_workspace)
    print_all(teller)
    mail(teller, RoundTrip(mail_workspace, certificates), tmp_path)
    photograph = tmp_path / "gate.png"
    photograph.write_bytes(save_picture(Image.new("RGB", (40, 30), "white")))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"LFNKR-2027-JP-TOKYO\nwhat is this\n"), "utf-8"))
    keep_log(teller, photograph, tmp_path)
    spoil_log(teller, WorkspaceCopy(shutil.copytree(workspace.folder, tmp_path / "moved"), capsys))
    begin_next_year(teller)
    teller.tell("doctor")
    assert_shapes(teller)
    told = {f"petitioner {command.split('--')[0]}".strip() for command in teller.shapes}
    assert told == {name for name, command in list_commands().items() if has_json(command)}
    assert {path.name for path in SHAPES.iterdir()} <= {name_file(command) for command in (*teller.shapes, PRINTER)}


def test_what_a_printer_s_queue_said_has_the_committed_shape(workspace: WorkspaceCopy, cups: Cups) -> None:
    teller = Teller(workspace)
    approve_all(workspace)
    teller.tell(PRINTER, "slow", "--yes", "--patience", "0.1")
    cups.let_go()
    teller.tell(PRINTER, "slow", "--yes", "--patience", "20")
    teller.tell(PRINTER, "ok", "--yes", "--patience", "20")
    assert_shapes(teller)


def has_json(command: Any) -> bool:  # noqa: ANN401 - typer's own type, which it hides
    return any("--json" in parameter.opts for parameter in command.params)


def prepare(teller: Teller, mail_workspace: MailWorkspace) -> None:
    """Until all is approved: one mission by post and by hand, two by e-mail, of which one has a wrong address."""
    workspace = teller.workspace
    mixed = "osaka@example.cn, r550@example.cn"
    workspace.edit("recipients.yaml", "channels: [post, hand]", f"channels: [email]\n    email: [{mixed}]")
    workspace.edit("recipients.yaml", "channels: [post]\n", TOKYO)
    workspace.write("letters/2027/email.en.md", NOTE)
    mail_workspace.write_to_a_third("nagoya@example.cn")
    people = workspace.folder / "recipients.yaml"
    people.write_text(people.read_text("utf-8") + OTHERS, "utf-8")
    teller.tell("init", str(workspace.folder.parent / "begun"))
    teller.tell("check")
    teller.tell("")
    teller.tell("recipients verify", "jp-osaka", "--confirmed", "--on", "2027-08-30", "--source", "by telephone")
    teller.tell("recipients")
    teller.tell("recipients show", "jp-tokyo", "jp-kobe", "jp-naha")
    listed = "id,city.ko,telephone,x\njp-tokyo,도쿄,1;2,3\njp-osaka,오사카,,\nnobody,,,\n"
    workspace.write("list.csv", listed)
    teller.tell("recipients import", str(workspace.folder / "list.csv"))
    teller.tell("read", "ja", "--by", "Sato", "--on", "2027-08-30")
    workspace.edit(ENGLISH, "{{ recipient.city }}", "{{ recipient.citty }}")
    teller.tell("check")
    workspace.edit(ENGLISH, "{{ recipient.citty }}", "{{ recipient.city }}")
    teller.tell("build")
    teller.tell("approve", "--yes")
    teller.tell("send")
    teller.tell("approve", "--yes", "--unread", "en", *UNVERIFIED)
    teller.tell("")


def print_all(teller: Teller) -> None:
    """Everything on paper."""
    teller.tell("print --mail-by")
    for command in ("print", "print envelopes", "print labels", "print deliveries"):
        teller.tell(command)
    for command in ("print envelopes --calibrate", "print labels --calibrate"):
        teller.tell(command)


def mail(teller: Teller, loop: RoundTrip, folder: Path) -> None:
    """One message is sent and comes back, one becomes a file."""
    teller.tell("send")
    teller.tell("send", "--for-real", "--yes", "--only", "jp-osaka")
    teller.tell("send", "--eml", str(folder / "files"), "--yes", "--only", "jp-nagoya")
    box = folder / "saved"
    box.mkdir()
    sent = loop.message("jp-osaka")
    stranger = answer(sent, "x@elsewhere.example", In_Reply_To="", References="")
    mails = report(sent, "osaka@example.cn"), answer(sent, "osaka@example.cn").as_bytes(), stranger.as_bytes(), b""
    for number, content in enumerate(mails):
        (box / f"{number}.eml").write_bytes(content)
    teller.tell("inbox", str(box))


def keep_log(teller: Teller, photograph: Path, folder: Path) -> None:
    """What a person records, mends and reads."""
    teller.tell("log settle", "jp-nagoya", "--sent", *BECAUSE)
    teller.tell("log reopen", "jp-osaka", *BECAUSE)
    told = ("--tracking", "RR123456785JP", "--class", "registered", "--postage", "460", "--note", "at the counter")
    (posted,) = teller.tell("log add", "posted", "jp-tokyo", *told, "--file", str(photograph))["recorded"]
    teller.tell("log add", "handed", "jp-tokyo", "--outcome", "refused", "--met", "the guard")
    (again,) = teller.tell("log add --scan", "posted")["recorded"]
    for command in ("", "log", "log show jp-tokyo"):
        teller.tell(command)
    teller.tell("log confirm", str(again["id"]), *BECAUSE, "--file", str(photograph))
    teller.tell("log withdraw", str(again["id"]), *BECAUSE)
    teller.tell("log redact", str(posted["id"]), *BECAUSE, "--yes", "--files")
    for command in ("log", "log show jp-tokyo", "log show jp-osaka"):
        teller.tell(command)
    teller.tell("log evidence", "jp-tokyo")
    letter = next((teller.workspace.folder / "out").rglob("petition.ja.pdf"))
    teller.tell("report")
    teller.tell("log verify", str(letter), str(teller.workspace.folder / "recipients.yaml"))
    copy = str(folder / "copy.sqlite")
    teller.tell("log copy", copy)
    teller.workspace.run("log", "add", "replied", "jp-osaka")
    teller.tell("log restore", copy, *BECAUSE)
    teller.tell("")
    teller.tell("log undo", "--yes")


def begin_next_year(teller: Teller) -> None:
    """The next campaign, from this one."""
    teller.tell("followup")
    teller.tell("rollover", "2028")


def spoil_log(teller: Teller, moved: WorkspaceCopy) -> None:
    """A copy of the folder, whose log is not in use there; then it is changed by another program."""
    teller.workspace = moved
    for command in ("", "log verify"):
        teller.tell(command)
    teller.tell("log adopt", *BECAUSE)
    tamper(moved.folder / "mailing-log.sqlite", """UPDATE events SET "by" = 'Nobody' WHERE id = 2""")
    teller.tell("log verify")
