"""Dovecot, a real IMAP server over Maildirs: its own, or those into which exim delivers."""

from pathlib import Path

from servers.certificates import Leaf
from servers.daemons import Daemon, choose_user, copy_leaf, give, make_folder, name_group
from servers.waiting import find_port

USER, PASSWORD = "alice", "secret"

_CONFIGURATION = r"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = required
ssl_cert = <{leaf.chain}
ssl_key = <{leaf.key}
mail_location = maildir:{mail}/%u/Maildir
mail_max_userip_connections = 50
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={mail}/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Drafts {{
    auto = subscribe
    special_use = \Drafts
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
{more}
"""

QUOTA = """
mail_plugins = quota
plugin {
  quota = count:all
  quota_rule = *:storage=10K
  quota_vsizes = yes
}
"""
"""More configuration: a mailbox that is full as soon as anything is put there."""


class Dovecot:
    """Where dovecot listens (STARTTLS on ``port``, TLS on ``tls_port``). ``mail`` are the Maildirs of ``user``.

    ``more`` goes at the end of the configuration.
    """

    def __init__(
        self,
        program: str,
        folder: Path,
        leaf: Leaf,
        mail: Path | None = None,
        user: str = "nobody",
        *,
        more: str = "",
    ) -> None:
        user = choose_user(user)  # dovecot serves no mail as root
        self.port, self.tls_port = find_port(), find_port()
        folder.mkdir(mode=0o711)
        (folder / "run").mkdir()
        (folder / "state").mkdir()
        self.mail = mail or make_folder(folder / "mail", user)
        users = folder / "users"
        users.write_text(f"{USER}:{PASSWORD}\n")
        give(users, user)
        configuration = folder / "dovecot.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                folder=folder,
                port=self.port,
                tls_port=self.tls_port,
                leaf=copy_leaf(leaf, folder, user),
                mail=self.mail,
                user=user,
                group=name_group(user),
                more=more,
            )
        )
        self.daemon = Daemon([program, "-F", "-c", str(configuration)], self.tls_port, folder / "said")
