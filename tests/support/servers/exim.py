"""Exim, a real server: it takes messages from ``alice``, delivers into Maildirs, and writes real bounces (RFC 3464).

bounce-…        accepted, and then returned to the sender: no such mailbox
defer-…         accepted, and kept for later
r550, r451      refused at RCPT
data-554, data-451   refused after the final dot
alice           her own Maildir, where bounces come as well; everybody else shares another, ``sink``
"""

from pathlib import Path

from servers.certificates import Leaf
from servers.daemons import Daemon, choose_user, copy_leaf, make_folder, name_group
from servers.waiting import find_port

USER, PASSWORD = "alice", "secret"

_CONFIGURATION = r"""
spool_directory = {folder}/spool
log_file_path = {folder}/log/%slog
pid_file_path = {folder}/exim.pid
local_interfaces = <; [127.0.0.1]:{port} ; [127.0.0.1]:{tls_port}
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
tls_advertise_hosts = *
tls_certificate = {leaf.chain}
tls_privatekey = {leaf.key}
primary_hostname = mta.example.org
exim_user = {user}
exim_group = {group}
keep_environment =
host_lookup =
dns_ipv4_lookup =
rfc1413_query_timeout = 0s
message_size_limit = 20M
ignore_bounce_errors_after = 0s
acl_smtp_mail = sender
acl_smtp_rcpt = recipient
acl_smtp_data = message

begin acl
sender:
  deny    !authenticated = *
          message = 5.7.0 Authentication required
  accept
recipient:
  deny    local_parts = r550
          message = 5.1.1 no such user
  defer   local_parts = r451
          message = 4.2.0 try later
  accept
message:
  deny    condition = ${{if match{{$recipients}}{{data-554@}}}}
          message = 5.6.0 content refused
  defer   condition = ${{if match{{$recipients}}{{data-451@}}}}
          message = 4.3.0 try later
  accept

begin routers
unknown:
  driver = redirect
  local_parts = ^bounce-
  allow_fail
  data = :fail: 5.1.1 The mailbox $local_part is not known here
later:
  driver = redirect
  local_parts = ^defer-
  allow_defer
  data = :defer: 4.2.2 mailbox full
alice:
  driver = accept
  local_parts = alice
  transport = box_alice
sink:
  driver = accept
  transport = box_sink

begin transports
box_alice:
  driver = appendfile
  directory = {folder}/mail/alice/Maildir
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}
box_sink:
  driver = appendfile
  directory = {folder}/mail/sink/Maildir
  maildir_format
  create_directory
  envelope_to_add
  return_path_add
  user = {user}
  group = {group}

begin retry
* * F,1h,1m

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_advertise_condition = ${{if def:tls_in_cipher}}
  server_condition = ${{if and{{{{eq{{$auth2}}{{alice}}}}{{eq{{$auth3}}{{secret}}}}}}}}
  server_set_id = $auth2
"""


class Exim:
    """Where exim listens (STARTTLS on ``port``, TLS on ``tls_port``), and what it delivered."""

    def __init__(self, program: str, folder: Path, leaf: Leaf) -> None:
        self.user = choose_user("Debian-exim")
        self.port, self.tls_port = find_port(), find_port()
        folder.mkdir(mode=0o711)
        self.mail = make_folder(folder / "mail", self.user)
        for name in ("spool", "log"):
            make_folder(folder / name, self.user)
        configuration = folder / "exim.conf"
        configuration.write_text(
            _CONFIGURATION.format(
                folder=folder,
                port=self.port,
                tls_port=self.tls_port,
                leaf=copy_leaf(leaf, folder, self.user),
                user=self.user,
                group=name_group(self.user),
            )
        )
        configuration.chmod(0o644)
        self.daemon = Daemon([program, "-C", str(configuration), "-bdf"], self.tls_port, folder / "said")

    def deliveries(self, owner: str, words: bytes) -> list[bytes]:
        """The messages in a Maildir, ``alice`` or ``sink``, that hold some words; each is whole."""
        box = self.mail / owner / "Maildir" / "new"
        messages = [path.read_bytes() for path in sorted(box.iterdir())] if box.exists() else []
        return [message for message in messages if words in message]
