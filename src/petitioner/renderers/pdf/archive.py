"""What a PDF says of itself when it keeps two standards at once, which WeasyPrint writes one of."""

from importlib import resources
from typing import Protocol

_END = b"</rdf:RDF>"
_PART = "pdfua.xml"


class Metadata(Protocol):
    """The metadata of a document in WeasyPrint."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str) -> bytes:
        """The metadata as RDF: a standard, its version, and its level."""


def declare_ua(metadata: Metadata) -> None:
    """Let a document in PDF/A say that it keeps PDF/UA-1 too.

    PDF/A knows no such word in metadata, so the file must explain it (ISO 19005-2, 6.6.2.3: extension schemas).
    """
    describe = metadata.generate_rdf_metadata
    declared = (resources.files(__name__.rpartition(".")[0]) / _PART).read_bytes()

    def describe_both(variant: str, version: int, conformance: str) -> bytes:
        return describe(variant, version, conformance).replace(_END, declared + _END)

    metadata.generate_rdf_metadata = describe_both  # type: ignore[method-assign]  # WeasyPrint 68 made this the way
