"""Photographs for a page: made smaller, turned upright, and without metadata."""

from base64 import b64encode
from dataclasses import dataclass
from io import BytesIO
from warnings import catch_warnings, simplefilter

from PIL import Image, ImageOps

_LONGEST_SIDE = 1200  # px: 170 mm wide at 180 dots an inch
_QUALITY = 82  # of JPEG, from 0 to 95


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a data URL, and its size in px."""

    uri: str
    width: int
    height: int


def shrink_photograph(content: bytes) -> Picture | None:
    """Return a photograph as a JPEG with sides of at most 1200 px; None if it cannot be read here, as HEIC.

    Only the pixels are kept. All metadata, such as the place, is removed.
    """
    try:
        with catch_warnings():
            simplefilter("ignore")  # about its size and its Exif
            with Image.open(BytesIO(content)) as opened:
                picture = _flatten(ImageOps.exif_transpose(opened))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    pixels = Image.new("RGB", picture.size)
    pixels.paste(picture)
    target = BytesIO()
    pixels.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(f"data:image/jpeg;base64,{b64encode(target.getvalue()).decode()}", *pixels.size)


def _flatten(picture: Image.Image) -> Image.Image:
    """Return a picture in RGB, on white if it is transparent."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    whole = picture.convert("RGBA")
    ground = Image.new("RGBA", whole.size, "white")
    return Image.alpha_composite(ground, whole).convert("RGB")
