"""A printer that speaks IPP itself, as those of today do: CUPS's own `ippeveprinter`, alone on this machine."""

from pathlib import Path

from servers.daemons import Daemon, choose_user, make_folder
from servers.waiting import find_port

# It announces itself over D-Bus and does not start without; a bus of its own, with nobody else on it, is enough.
_BUS = """\
<busconfig>
  <type>system</type>
  <listen>tcp:host=127.0.0.1,port={port}</listen>
  <auth>ANONYMOUS</auth>
  <allow_anonymous/>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
  </policy>
</busconfig>
"""


class IppPrinter:
    """A printer at ``uri`` that keeps what it prints in ``printed``; ``bus`` and ``printer`` run in that order."""

    def __init__(self, program: str, bus: str, folder: Path) -> None:
        port, bus_port = find_port(), find_port()
        folder.mkdir(mode=0o711)
        self.uri = f"ipp://localhost:{port}/ipp/print"
        self._printed = make_folder(folder / "printed", choose_user("nobody"))
        configuration = folder / "bus.conf"
        configuration.write_text(_BUS.format(port=bus_port))
        self.bus = Daemon([bus, f"--config-file={configuration}", "--nofork"], bus_port, folder / "bus")
        address = f"DBUS_SYSTEM_BUS_ADDRESS=tcp:host=127.0.0.1,port={bus_port}"
        options = ["-n", "localhost", "-p", str(port), "-d", str(self._printed), "-f", "application/pdf", "-r", "off"]
        command = ["env", address, program, *options, "-k", "-2", "-s", "1000", "desk"]
        self.printer = Daemon(command, port, folder / "said")

    def list_printed(self) -> list[bytes]:
        """What it printed, job by job."""
        return [path.read_bytes() for path in sorted(self._printed.glob("*.pdf"))]
