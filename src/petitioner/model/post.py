"""How packets go on paper: what ``post:`` in campaign.yaml says of envelopes, paper and labels."""

from petitioner.model.types import Line, Number, Record


class Post(Record):
    """What a campaign's packets are put into. ``paper`` is the weight of a sheet's square metre in g.

    ``envelope`` and ``labels`` are names that the stationery knows, or a size in mm such as 235x120; ``mail_class`` is
    one that the postage of the sender's country knows.
    """

    envelope: Line = "dl"
    paper: Number = 80
    labels: Line = "avery-l7160"
    mail_class: Line | None = None
