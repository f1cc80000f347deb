"""Styles that a letter needs besides those of the template: one for each place within lists and quotations."""

from dataclasses import dataclass
from typing import cast

from docx.oxml.ns import qn

from petitioner.render.docx.elements import Element, make

_ID, _VALUE = qn("w:styleId"), qn("w:val")


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """The styles of a document, to which variants are added when a paragraph needs them."""

    element: Element

    def vary(self, base: str, name: str, *settings: Element) -> str:
        """Return the id of a style that differs from ``base`` by paragraph settings, in the order of the schema.

        It is made once for each name, such as ``Level 2``.
        """
        identifier = base + name.replace(" ", "")
        if self._find(identifier) is None:
            title = self._get_name(base) + " " + name
            self.element.append(
                make(
                    "style",
                    make("name", val=title),
                    make("basedOn", val=base),
                    make("pPr", *settings),
                    type="paragraph",
                    customStyle=1,
                    styleId=identifier,
                )
            )
        return identifier

    def _find(self, identifier: str) -> Element | None:
        styles = cast("list[Element]", self.element.findall(qn("w:style")))
        return next((style for style in styles if style.get(_ID) == identifier), None)

    def _get_name(self, identifier: str) -> str:
        style = self._find(identifier)
        name = None if style is None else style.find(qn("w:name"))
        return identifier if name is None else str(name.get(_VALUE))


def restyle(paragraph: Element, styles: StyleSheet, name: str, **spacing: int) -> None:
    """Give a paragraph a variant of its style with other ``spacing`` in twips; tables are left alone."""
    place = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    if place is not None:
        place.set(_VALUE, styles.vary(str(place.get(_VALUE)), name, make("spacing", **spacing)))
