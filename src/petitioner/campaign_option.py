"""Keep the option ``--campaign`` in the commands that messages suggest."""

import re
from shlex import quote

COMMANDS = (
    "init rollover followup check build open schema doctor approve review read send inbox print log report recipients"
)
"""The first words of all commands, with spaces between them."""

_SUGGESTED = re.compile(rf"(?m)\bpetitioner(?= (?:{COMMANDS.replace(' ', '|')})\b(?!.* --campaign\b)|$)")


def keep_campaign(text: str, campaign: str | None) -> str:
    """Return a text in which every command has ``--campaign``, unless it has one, so that it works when pasted.

    Without a ``campaign``, none was asked for, and the text stays as it is.
    """
    return _SUGGESTED.sub(f"petitioner --campaign {quote(campaign)}", text) if campaign else text
