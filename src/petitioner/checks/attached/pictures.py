"""The logo and the pictures of signatures: whether they show something, and the same in every format."""

import warnings
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from io import BytesIO

from PIL import Image

from petitioner.errors import Problem
from petitioner.model.codes import severity_of
from petitioner.theme import LOGOS
from petitioner.workspace import THEME, Workspace

_SMALLEST = 16  # pixels on a side: what is less is a dot that tells nothing
_LARGEST = 40  # megapixels: more than any scanner makes of a signature, and 160 MB in memory
_HEAVY = 2  # MB: every letter carries the picture
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK"})  # what both formats can hold
_PAPER = 250  # of 255: what is lighter does not show

Finding = tuple[str, str, str]
"""A code, what it says of the picture, and what to do."""


def check_pictures(workspace: Workspace, _today: date) -> Iterator[Problem]:
    """What is wrong with the logo, and with each picture of a signature at its line of campaign.yaml."""
    if logo := workspace.theme.logo:
        name = next(name for name, is_kind in LOGOS.items() if is_kind(logo))
        for code, message, hint in _examine(logo):
            yield Problem(f"{THEME}/{name}", 0, code, f"the logo {message}", hint, severity_of(code))
    campaign = workspace.campaign
    for place, person in enumerate(campaign.signatories if campaign else ()):
        content = workspace.attached.get(person.image or "")
        for code, message, hint in _examine(content) if content and campaign else ():
            line = campaign.origin.line_of("signatories", place, "image") if campaign else 0
            path = campaign.origin.path if campaign else workspace.home
            yield Problem(path, line, code, f"{person.image} {message}", hint, severity_of(code))


@lru_cache(maxsize=16)
def _examine(content: bytes) -> tuple[Finding, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # a limit of our own follows
            with Image.open(BytesIO(content)) as picture:
                picture.verify()
            with Image.open(BytesIO(content)) as picture:  # one that was verified cannot be looked at any more
                return tuple(_look_at(picture, content))
    except Image.DecompressionBombError:
        return (("I102", f"has more than {_LARGEST} megapixels", "Save it smaller; 1,000 pixels across are plenty."),)
    except (OSError, ValueError, SyntaxError) as error:
        return (("I101", f"cannot be read: {error}", "Save it anew."),)


def _look_at(picture: Image.Image, content: bytes) -> Iterator[Finding]:
    width, height = picture.size
    if min(width, height) < _SMALLEST:
        yield "I102", f"is {width} by {height} pixels, which shows nothing", "Scan it anew, 1,000 pixels across."
        return
    if width * height > _LARGEST * 1_000_000:
        message = f"is {width} by {height} pixels, more than {_LARGEST} million"
        yield "I102", message, "Save it smaller; 1,000 pixels across are plenty."
        return
    if picture.mode not in _MODES:
        yield "I101", f"has pixels of an unusual kind ({picture.mode})", "Save it with 8 bits a colour."
        return
    if len(content) > _HEAVY * 1_000_000:
        message = f"has {len(content) / 1_000_000:.0f} MB, which every letter carries"
        yield "I151", message, "Save it smaller; 1,000 pixels across are plenty."
    if picture.mode == "CMYK":
        yield "I152", "is mixed of printing inks (CMYK), which programs show in different colours", "Save it as RGB."
    if getattr(picture, "n_frames", 1) > 1:
        yield "I153", "moves; paper shows its first picture only", "Save that picture alone."
    if _is_blank(picture):
        yield "I103", "is blank", "Save it anew, with something on it that is darker than paper."


def _is_blank(picture: Image.Image) -> bool:
    """Whether nothing of a picture would show on white paper."""
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    darkest, _ = Image.alpha_composite(paper, seen).convert("L").getextrema()
    return isinstance(darkest, int | float) and darkest > _PAPER
