"""What letters go into: names that the stationery does not know, and measures that cannot be."""

from planted import Fault

CAMPAIGN, AFTER = "letters/2027/campaign.yaml", "reference: LFNKR"


def _plant(code: str, line: str) -> Fault:
    return Fault(code, CAMPAIGN, AFTER, f"{AFTER}\npost:\n  {line}", at=f"  {line}")


FAULTS = [
    _plant("C421", "envelope: nagagata-33"),
    _plant("C421", "envelope: 洋形0号"),
    _plant("C421", "envelope: 50x50"),
    _plant("C422", "labels: avery-7160"),
    _plant("C423", "window: din"),
    _plant("C423", "window: {width: 300, height: 45, left: 20, bottom: 15}"),
    _plant("C424", "paper: 8"),
    _plant("C424", "fold: 200"),
]
