"""Pictures in a line: the logo and the images of signatures."""

from dataclasses import dataclass
from io import BytesIO

from docx.parts.story import StoryPart
from docx.shared import Mm, Twips

from petitioner.renderers import RenderError
from petitioner.renderers.docx.elements import Element, make, make_run


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG, the words that stand for it, and its number, which no other picture in the letter has."""

    content: bytes
    words: str
    number: int


def set_picture(picture: Picture, part: StoryPart, height: float, widest: int) -> tuple[Element, int]:
    """A run with a picture ``height`` mm high, or less where it would grow wider than ``widest``; and its width.

    Widths are in twips. Raises ``RenderError`` for a picture that cannot be read.
    """
    limit = Twips(widest)
    # python-docx raises Exception itself for some pictures that are cut short.
    try:
        inline = part.new_pic_inline(BytesIO(picture.content), height=Mm(height))
        if inline.extent.cx > limit:
            inline = part.new_pic_inline(BytesIO(picture.content), width=limit)
    except Exception as error:
        raise RenderError((f"the picture for {picture.words} is damaged, or no PNG or JPEG",)) from error
    for side in "TBLR":
        # LibreOffice leaves 3 mm beside a picture that does not say so.
        inline.set(f"dist{side}", "0")
    inline.docPr.set("id", str(picture.number))
    inline.docPr.set("descr", picture.words)
    return make_run(make("drawing", inline)), round(inline.extent.cx / Twips(1))
