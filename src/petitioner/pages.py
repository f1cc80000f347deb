"""The template environments: what a letter may say in Jinja, and where each line of its text came from."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import TracebackType

from jinja2 import (
    Environment,
    FunctionLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.sandbox import ImmutableSandboxedEnvironment

from petitioner.errors import Problem, suggest

Known = Mapping[str, frozenset[str]]
"""The names that every letter has, each with its parts: ``recipient`` has ``city``, and so on."""

# Private-use characters cannot stand in any input (see source.text), so they can carry places through a template.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*):([0-9]+){_CLOSE}")
_HEAD = re.compile(f"(?:{_OPEN}[^{_CLOSE}]*{_CLOSE}|[ ])*")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_STATEMENTS = (nodes.Output, nodes.If, nodes.For, nodes.Assign, nodes.Include, nodes.With)


class NotSetError(Exception):
    """A template prints a value that is empty, or that is no text."""


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a template's file."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A template after filling in: its text, and for each line of it the place in a file that it came from."""

    text: str
    places: tuple[Place, ...]


class _Marks(Extension):
    """Writes the place of each line of a template into its output; ``_split_marks`` takes them out again."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        for token in stream:
            if token.type != "data":
                yield token
                continue
            lines = token.value.split("\n")
            marked = (f"{_OPEN}{stream.name}:{token.lineno + n}{_CLOSE}{line}" for n, line in enumerate(lines))
            yield Token(token.lineno, token.type, "\n".join(marked))


class Pages:
    """Fills in the templates of one language.

    ``shared`` are paragraphs to include, by the name of their file, which stands in ``folder``; ``print_date`` turns a
    date into the words of the language.
    """

    def __init__(self, shared: Mapping[str, str], folder: str, print_date: Callable[[date], str]) -> None:
        self._shared = shared
        self._folder = folder
        self._compiled: dict[tuple[str, int], Template] = {}

        def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
            return (shared[name], f"{folder}/{name}", lambda: True) if name in shared else None

        def escape(value: object) -> str:
            return escape_markdown(_print(value, print_date))

        self._body = _open_environment(escape, load, [_Marks])
        self._line = _open_environment(lambda value: _print(value, print_date), load, [])

    def check(self, path: str, text: str, first_line: int, known: Known) -> Iterator[Problem]:
        """Find what can be found without filling in: syntax, statements that letters may not use, unknown names.

        Branches that no recipient takes are looked at like all others.
        """
        source = _pad(text, first_line)
        try:
            tree = self._line.parse(source, name=path)
            self._line.compile(source, name=path)
        except TemplateSyntaxError as error:
            hint = "Each {{ and {% needs its }} and %}, and each if and for its endif and endfor."
            yield Problem(path, error.lineno, "M601", f"the template cannot be read: {error.message}", hint)
            return
        yield from _check_statements(path, tree)
        yield from _check_names(path, tree, known)
        for include in tree.find_all(nodes.Include):
            yield from self._check_include(path, include)

    def check_shared(self, name: str, known: Known) -> Iterator[Problem]:
        """The same for a paragraph that letters include; what a letter sets before including it is not known here."""
        yield from self.check(f"{self._folder}/{name}", self._shared[name], 1, known)

    def fill_body(self, path: str, text: str, first_line: int, values: Mapping[str, object]) -> Filled | Problem:
        """Fill in a text that starts on ``first_line`` of its file; values come out as themselves in Markdown."""
        filled = self._fill(self._body, path, text, first_line, values)
        if isinstance(filled, Problem):
            return filled
        sources = {name: (f"{self._folder}/{name}", shared.split("\n")) for name, shared in self._shared.items()}
        return _split_marks(filled, {**sources, path: (path, _pad(text, first_line).split("\n"))})

    def fill_line(self, path: str, text: str, line: int, values: Mapping[str, object]) -> str | Problem:
        """Fill in one line of plain text."""
        filled = self._fill(self._line, path, text, line, values)
        return filled if isinstance(filled, Problem) else " ".join(filled.split("\n")).strip()

    def _fill(self, pages: Environment, path: str, text: str, line: int, values: Mapping[str, object]) -> str | Problem:
        if (path, line) not in self._compiled:
            code = pages.compile(_pad(text, line), name=path, filename=path)
            self._compiled[path, line] = Template.from_code(pages, code, pages.make_globals(None))
        try:
            return self._compiled[path, line].render(values)
        except Exception as error:  # noqa: BLE001 - whatever a template's expression raises is its writer's mistake
            paths = {path, *(self._locate(name) for name in self._shared)}
            place = _find_place(error.__traceback__, paths) or Place(path, line)
            return _explain(place, error)

    def _locate(self, name: str) -> str:
        return f"{self._folder}/{name}" if name in self._shared else name

    def _check_include(self, path: str, include: nodes.Include) -> Iterator[Problem]:
        name = include.template.value if isinstance(include.template, nodes.Const) else None
        if not isinstance(name, str):
            hint = "Write the name of the file in quotes."
            yield Problem(path, include.lineno, "M605", "what to include is not said plainly", hint)
        elif name not in self._shared:
            hint = f"{suggest(name, self._shared)} Files to include stand in {self._folder} and start with '_'.".strip()
            yield Problem(path, include.lineno, "M605", f"there is no '{name}' to include", hint)


def escape_markdown(text: str) -> str:
    """Put a backslash before all ASCII punctuation, so that Markdown reads the text as itself (CommonMark §2.4)."""
    return _PUNCTUATION.sub(r"\\\1", text)


@cache
def load_frame(name: str) -> Template:
    """A template of the program's own, which sets the frame of a letter in HTML; it escapes what it prints."""
    pages = Environment(loader=PackageLoader("petitioner", "renderers"), undefined=StrictUndefined, autoescape=True)
    return pages.get_template(name)


def _open_environment(
    finalize: Callable[[object], str],
    load: Callable[[str], tuple[str, str, Callable[[], bool]] | None],
    extensions: list[type[Extension]],
) -> Environment:
    pages = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        finalize=finalize,
        loader=FunctionLoader(load),
        extensions=extensions,
        # trim_blocks would take the line end after a comment at the end of a paragraph, and so join two paragraphs;
        # _split_marks drops the lines that hold nothing but tags instead.
        trim_blocks=False,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # the text is Markdown; what is printed is escaped as such by finalize
    )
    pages.globals.clear()  # range, lipsum and the like have no business in a letter
    return pages


def _print(value: object, print_date: Callable[[date], str]) -> str:
    """What a letter shows for a value; nothing else than words, numbers and dates may be printed."""
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, naming what is not there
    if isinstance(value, date):
        return print_date(value)
    if isinstance(value, int | str) and not isinstance(value, bool) and str(value).strip():
        return str(value)
    shown = "is empty" if value is None or value == "" else f"is no text but {type(value).__name__}"
    raise NotSetError(f"a value that is printed here {shown}")


def _pad(text: str, first_line: int) -> str:
    """Blank lines in front, so that the lines Jinja counts are those of the file."""
    return "\n" * (first_line - 1) + text


def _split_marks(marked: str, sources: Mapping[str, tuple[str, list[str]]]) -> Filled:
    """Take the marks out, and with them the lines that hold nothing but tags.

    ``sources`` gives the path and the lines of each template by its name. A line that comes out blank stays when it
    was blank in its file: there it parts two paragraphs.
    """
    lines: list[str] = []
    places: list[Place] = []
    for marked_line in marked.split("\n"):
        line = _MARK.sub("", marked_line)
        marks = [(sources[name], int(number)) for name, number in _MARK.findall(marked_line)]
        if not line.strip() and any(_has_text(source, number) for (_, source), number in marks):
            continue
        # Of the marks before the first word the last one counts: those before it belong to lines that left nothing.
        ahead = _MARK.findall(_HEAD.match(marked_line).group()) if marks else []  # type: ignore[union-attr]  # matches all
        (path, _), number = marks[max(len(ahead) - 1, 0)] if marks else (("", []), 0)
        lines.append(line)
        places.append(Place(path, number))
    return Filled("\n".join(lines), tuple(places))


def _has_text(source: list[str], number: int) -> bool:
    return number <= len(source) and bool(source[number - 1].strip())


def _check_statements(path: str, tree: nodes.Template) -> Iterator[Problem]:
    for node in tree.find_all(nodes.Stmt):
        if not isinstance(node, _STATEMENTS):
            message = f"a letter cannot use '{type(node).__name__}'"
            yield Problem(path, node.lineno, "M606", message, "A letter knows if, for, set, with and include.")


def _check_names(path: str, tree: nodes.Template, known: Known) -> Iterator[Problem]:
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")} | {"loop"}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in known and name.name not in own:
            hint = f"{suggest(name.name, known)} Known here: {', '.join(known)}.".strip()
            yield Problem(path, name.lineno, "M602", f"'{name.name}' is not known", hint)
    for part in tree.find_all(nodes.Getattr):
        whole = part.node.name if isinstance(part.node, nodes.Name) else ""
        if whole in known and whole not in own and part.attr not in known[whole]:
            parts = sorted(known[whole])
            hint = f"{suggest(part.attr, parts)} It has: {', '.join(parts)}.".strip()
            yield Problem(path, part.lineno, "M602", f"'{whole}' has no '{part.attr}'", hint)


def _find_place(trace: TracebackType | None, paths: set[str]) -> Place | None:
    """The innermost line of a template that an error passed through; Jinja rewrites its tracebacks for this."""
    found = None
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        found = Place(path, trace.tb_lineno) if path in paths else found
        trace = trace.tb_next
    return found


def _explain(place: Place, error: Exception) -> Problem:
    match error:
        case NotSetError():
            message, hint = str(error), "Fill it in, or ask for it first: {% if … %}."
        case UndefinedError():
            message, hint = str(error), "Check the name."
        case RecursionError():
            message, hint = "the includes go round in a circle", "Take one of them out."
        case TemplateNotFound():
            message, hint = f"there is no '{error.name}' to include", "Check the name."
        case _:
            message, hint = f"this cannot be worked out: {error}", "Check the expression."
    return Problem(place.path, place.line, "M603", message, hint)
