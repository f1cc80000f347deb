"""How packets go on paper: what ``post:`` in campaign.yaml says of envelopes, paper and labels."""

from typing import Annotated

from pydantic import BeforeValidator

from petitioner.model.types import Line, Number, Record


def _read_window(value: object) -> object:
    """A name alone stands for a window of that name."""
    return {"name": value} if isinstance(value, str) else value


class PostWindow(Record):
    """The window of an envelope: the ``name`` of one that the stationery knows, or its measure in mm, from the left and
    the lower edge of the envelope as the address is read."""

    name: Line | None = None
    width: Number | None = None
    height: Number | None = None
    left: Number | None = None
    bottom: Number | None = None


class Post(Record):
    """What a campaign's packets are put into. ``paper`` is the weight of a sheet's square metre in g.

    ``envelope`` and ``labels`` are names that the stationery knows, or a size in mm such as 235x120; ``mail_class`` is
    one that the postage of the sender's country knows. ``fold`` is where letters are folded first, in mm from the top
    of the sheet, where that is not what the envelope asks for.
    """

    envelope: Line = "dl"
    window: Annotated[PostWindow, BeforeValidator(_read_window)] | None = None
    fold: Number | None = None
    paper: Number = 80
    labels: Line = "avery-l7160"
    mail_class: Line | None = None
