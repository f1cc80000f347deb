"""The reference as a QR code (ISO/IEC 18004), for a hand scanner; nothing else, since everybody reads an envelope."""

from dataclasses import dataclass

import segno

_QUIET = 4  # modules of white around the code (ISO/IEC 18004, 5.3.8)


@dataclass(frozen=True, slots=True)
class Code:
    """A picture of the code; ``side`` and ``quiet``, the white within it at each side, in mm."""

    uri: str
    side: float
    quiet: float


def draw_code(reference: str, module: float) -> Code:
    """The code of a reference with modules of ``module`` mm, in the smallest version that has level M or better."""
    code = segno.make_qr(reference, error="m", boost_error=True)
    side = (len(code.matrix) + 2 * _QUIET) * module
    return Code(code.svg_data_uri(border=_QUIET, scale=module, unit="mm"), side, _QUIET * module)
