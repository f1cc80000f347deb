"""The formats: each turns a letter into the bytes of one kind of file."""


class RenderError(Exception):
    """A letter cannot be set as asked: ``faults`` are the renderer's own words, each a missing glyph or a bad style."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults
