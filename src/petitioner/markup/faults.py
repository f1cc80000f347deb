"""What is wrong with the Markdown of one letter, at the lines of its files."""

from markdown_it.tree import SyntaxTreeNode

from petitioner.errors import Problem
from petitioner.pages.marks import Filled

_REFUSED = {
    "html_block": ("HTML has no place in a letter", "Write the words alone, or *emphasis* and **strong**."),
    "html_inline": ("HTML has no place in a letter", "Write \\< for the sign itself."),
    "image": ("a picture cannot stand in the text", "Send it along as an enclosure."),
    "fence": ("a code block has no place in a letter", "Use '> ' to quote."),
    "code_block": ("four blanks at the start make this a code block", "Start the line at the margin."),
    "hr": ("a rule across the page has no place in a letter", "Begin a new paragraph, or use a heading '## '."),
}
_COMMENT = ("a comment of HTML has no place in a letter", "Write notes to yourself as {# … #}; they are left out.")


class Faults:
    """Gathers problems by the row of the filled-in text, counted from 0."""

    def __init__(self, filled: Filled) -> None:
        self.lines = filled.text.split("\n")
        self._places = filled.places
        self._problems: dict[Problem, None] = {}

    def tell(self, row: int, code: str, message: str, hint: str) -> None:
        """Remember a problem, at the place in a file that a row came from; once, whoever finds it again."""
        place = self._places[min(row, len(self._places) - 1)]
        self._problems[Problem(place.path, place.line, code, message, hint)] = None

    def refuse(self, kind: str, row: int, content: str) -> None:
        """Tell that a letter can hold nothing of a kind, named as the parser names it."""
        self.tell(row, "K701", *(_COMMENT if content.startswith("<!--") else _REFUSED[kind]))

    def list_problems(self) -> tuple[Problem, ...]:
        """Return all that was told, in order."""
        return tuple(self._problems)


def find_row(node: SyntaxTreeNode) -> int:
    """Return the row on which a block starts; cells of a table know theirs from the row around them."""
    while not node.is_root and node.map is None and node.parent:
        node = node.parent
    return 0 if node.is_root or not node.map else node.map[0]
