"""A workspace that sends by e-mail: missions with addresses, an account, and packets to approve."""

from dataclasses import dataclass
from pathlib import Path

from conftest import Ending, MakeOnce, WorkspaceCopy
from petitioner.inputs.settings import locate_settings
from petitioner.log.events import Event
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog
from servers.certificates import Certificates
from servers.scripted import PASSWORD, USER, ScriptedServer

LIST = "recipients.yaml"
NOTE = """\
---
subject: Petition on {{ campaign.name }}
salutation: "Your Excellency:"
closing: Respectfully yours,
---
Attached you will find a petition to {{ addressee.name }}. Would the {{ recipient.name }} kindly forward it?
"""
NOTE_JA = """\
---
subject: 請願書の送付
opening: 拝啓　時下ますますご清祥のこととお慶び申し上げます。
closing: 敬具
---
{{ addressee.name }}宛ての請願書をお送りいたします。
"""

THIRD = """
  jp-nagoya:
    kind: consulate-general
    country: JP
    city: {{en: Nagoya, ja: 名古屋}}
    name:
      en: Consulate-General of the People's Republic of China in Nagoya
      ja: 中華人民共和国駐名古屋総領事館
    address:
      postal_code: 461-0005
      lines:
        ja: [〒461-0005, 愛知県名古屋市東区東桜2-8-37]
    languages: [en]
    channels: [email]
    email: [{address}]
"""


TOKYO, OSAKA = "tokyo@example.cn", "osaka@example.cn"


@dataclass(frozen=True)
class MailWorkspace:
    """The two missions of the small workspace, written to by e-mail; the account stands in the user's configuration."""

    workspace: WorkspaceCopy

    def write_account(self, port: int, certificates: Certificates, more: str = "", server: str = "smtp") -> None:
        """An account on a server of this machine; ``more`` are further lines of it."""
        config = locate_settings()
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(
            f'coordinator = "Hanako"\n[accounts.office]\nfrom = "Life Funds <office@example.org>"\npause = 0\n'
            f'again_after = [0, 0]\nown_copy = false\npassword_command = ["printf", "%s", "{PASSWORD}"]\n'
            f'{server} = {{host = "127.0.0.1", port = {port}, security = "tls", user = "{USER}", '
            f'ca_file = "{certificates.authority}"}}\n{more}',
            "utf-8",
        )

    def write_to(self, tokyo: str, osaka: str) -> None:
        """Give the missions their addresses, separated by blanks where there are several."""
        self.workspace.edit(LIST, "channels: [post]", f"channels: [email]\n    email: [{', '.join(tokyo.split())}]")
        self.workspace.edit(
            LIST, "channels: [post, hand]", f"channels: [email]\n    email: [{', '.join(osaka.split())}]"
        )
        self.workspace.write("letters/2027/email.en.md", NOTE)
        self.workspace.write("letters/2027/email.ja.md", NOTE_JA)

    def write_to_a_third(self, address: str) -> None:
        """Add a mission, the last of the list."""
        file = self.workspace.folder / LIST
        file.write_text(file.read_text("utf-8") + THIRD.format(address=address), "utf-8")

    def approve(self, *more: str) -> None:
        """Build and approve everything; ``more`` are missions beside the two."""
        self.workspace.build()
        unverified = [word for id_ in ("jp-tokyo", "jp-osaka", *more) for word in ("--unverified", id_)]
        ending = self.workspace.run("approve", "--yes", "--unread", "en", "--unread", "ja", *unverified)
        assert ending.status == 0, ending.err

    def send(self, *options: str) -> Ending:
        """Send for real, or as the options say."""
        return self.workspace.run("send", *(options or ("--for-real", "--yes")))

    def read_log(self) -> tuple[Event, ...]:
        """All events."""
        return MailingLog.within(self.workspace.folder).read()

    def list_kinds(self, recipient: str) -> list[Kind]:
        """What happened to a recipient, after its approval."""
        return [event.kind for event in self.read_log() if event.recipient == recipient and event.kind != Kind.APPROVED]

    @property
    def folder(self) -> Path:
        """The workspace."""
        return self.workspace.folder


def make_approved(make_once: MakeOnce, scripted: ScriptedServer, certificates: Certificates) -> MailWorkspace:
    """An office in which both packets are approved, which is prepared once in a process."""

    def approve(workspace: WorkspaceCopy) -> None:
        mail_workspace = MailWorkspace(workspace)
        mail_workspace.write_account(scripted.ports.tls, certificates)
        mail_workspace.write_to(TOKYO, OSAKA)
        mail_workspace.approve()

    mail_workspace = MailWorkspace(make_once("approved e-mails", approve))
    mail_workspace.write_account(scripted.ports.tls, certificates)
    return mail_workspace
