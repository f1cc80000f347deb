"""Runs a program until standard input ends, however whoever started this has ended; then ends it and its children.

python keeper.py PROGRAM ARGUMENT...
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress


def keep(command: list[str]) -> int:
    """Run, wait for the end of input, stop the whole process group, and give the program's exit status."""
    running = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    for word in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(word, signal.SIG_IGN)  # what is meant for a whole run of tests ends that, and so our input
    sys.stdin.buffer.read()
    for last_word in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, last_word)
        with suppress(subprocess.TimeoutExpired):
            return running.wait(10)
    return running.wait()


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1:]))
