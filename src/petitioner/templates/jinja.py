"""The template environments: what a letter may say in Jinja, filled in with the values of one recipient."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from types import TracebackType

from jinja2 import (
    Environment,
    FunctionLoader,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.ext import Extension

from petitioner.errors import Problem
from petitioner.model.types import find_refused_character
from petitioner.templates.grammar import (
    FILTERS,
    TemplateNames,
    check_grammar,
    check_includes,
    explain_syntax,
    list_included,
    remove_comments,
)
from petitioner.templates.jinja_extensions import (
    LONGEST,
    BoundedEnvironment,
    FilledText,
    LineMarkers,
    SourceLine,
    TemplateSource,
    UnprintableError,
    bound_filter,
    limit_length,
    remove_markers,
)

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_ASK = "Fill it in, or ask for it first: {% if … %}."
_TOO_MUCH = (RecursionError, SyntaxError, ValueError, MemoryError)  # what Python says to a template without end


@dataclass(frozen=True, slots=True)
class Unset:
    """What stands for a value that a coordinator may leave out: it counts as false, and cannot be printed."""

    name: str

    def __bool__(self) -> bool:
        return False


class TemplateRenderer:
    """Fills in the templates of one language.

    ``shared`` are paragraphs to include, by the name of their file, which stands in ``folder``; ``print_date`` turns a
    date into the words of the language.
    """

    def __init__(self, shared: Mapping[str, str], folder: str, print_date: Callable[[date], str]) -> None:
        self._shared = shared
        self._folder = folder
        self._compiled: dict[tuple[str, int, str], Template] = {}

        def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
            return (shared[name], f"{folder}/{name}", lambda: True) if name in shared else None

        def escape(value: object) -> str:
            return escape_markdown(_print(value, print_date))

        self._body = _open_environment(escape, load, [LineMarkers])
        self._line = _open_environment(lambda value: _print(value, print_date), load, [])

    def check(self, path: str, text: str, first_line: int, known: TemplateNames) -> Iterator[Problem]:
        """Find what can be found without filling in: syntax, what letters may not use, unknown names.

        Branches that no recipient takes are looked at like all others.
        """
        if len(text) > LONGEST:
            message = f"the text is longer than {LONGEST} characters, which is a hundred pages"
            yield Problem(
                path, first_line, "M601", message, "Is it the right file? What is so long goes along as a PDF."
            )
            return
        source = _pad(text, first_line)
        try:
            tree = self._line.parse(source, name=path)
            problems = [
                *check_grammar(path, self._line, source, tree, known),
                *check_includes(path, self._folder, tree, self._shared),
            ]
            if not problems:
                self._line.compile(source, name=path)
        except TemplateSyntaxError as error:
            problems = [explain_syntax(path, self._line, source, error)]
        except _TOO_MUCH:
            message = "the template cannot be read: something in it is nested too deep, or has no end"
            problems = [Problem(path, first_line, "M601", message, "Write it more simply.")]
        yield from problems

    def check_shared(self, name: str, known: TemplateNames) -> Iterator[Problem]:
        """The same for a paragraph that letters include; what a letter sets before including it is not known here."""
        path = f"{self._folder}/{name}"
        yield from self.check(path, self._shared[name], 1, known)
        if circle := self._find_circle(name):
            message = f"the includes go round in a circle: {' → '.join(circle)}"
            yield Problem(path, self._included[name][circle[1]], "M605", message, "Take one of them out.")

    def fill_body(self, path: str, text: str, first_line: int, values: Mapping[str, object]) -> FilledText | Problem:
        """Fill in a text that starts on ``first_line`` of its file; values come out as themselves in Markdown."""
        filled = self._fill(self._body, path, text, first_line, values)
        if isinstance(filled, Problem):
            return filled
        sources = {
            name: TemplateSource(self._locate(name), tuple(said.split("\n"))) for name, said in self._shared.items()
        }
        return remove_markers(
            filled, {**sources, path: TemplateSource(path, tuple(_pad(text, first_line).split("\n")))}
        )

    def fill_line(self, path: str, text: str, line: int, values: Mapping[str, object]) -> str | Problem:
        """Fill in one line of plain text."""
        filled = self._fill(self._line, path, text, line, values)
        return filled if isinstance(filled, Problem) else " ".join(filled.split("\n")).strip()

    def includes(self, text: str) -> frozenset[str]:
        """The shared paragraphs that a template includes, and those that they include; none where it cannot be read."""
        with suppress(TemplateSyntaxError, *_TOO_MUCH):
            found = {name for name, _ in list_included(self._line.parse(text))}
            for _ in self._shared:
                found |= {inner for name in found for inner in self._included.get(name, ())}
            return frozenset(found)
        return frozenset()

    def _fill(
        self, pages: BoundedEnvironment, path: str, text: str, line: int, values: Mapping[str, object]
    ) -> str | Problem:
        pages.begin()
        try:
            return "".join(limit_length(self._compile(pages, path, text, line).generate(values)))
        except Exception as error:  # noqa: BLE001 - whatever a template's expression raises is its writer's mistake
            paths = {path, *(self._locate(name) for name in self._shared)}
            return _explain(_find_place(error.__traceback__, paths) or SourceLine(path, line), error)

    def _compile(self, pages: Environment, path: str, text: str, line: int) -> Template:
        key = (path, line, text)
        if key not in self._compiled:
            code = pages.compile(_pad(text, line), name=path, filename=path)
            self._compiled[key] = Template.from_code(pages, code, pages.make_globals(None))
        return self._compiled[key]

    def _locate(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def _find_circle(self, name: str) -> tuple[str, ...]:
        """Return the shortest way of includes from a file back to itself, or nothing."""
        seen = {name}
        ways: list[tuple[str, ...]] = [(name,)]
        for way in ways:
            for included in self._included.get(way[-1], ()):
                if included == name:
                    return (*way, name)
                if included not in seen:
                    seen.add(included)
                    ways.append((*way, included))
        return ()

    @cached_property
    def _included(self) -> Mapping[str, Mapping[str, int]]:
        """Which files each of the shared ones includes, and on which line; one that cannot be read includes none."""
        found: dict[str, Mapping[str, int]] = {}
        for name, text in ((name, text) for name, text in self._shared.items() if len(text) <= LONGEST):
            with suppress(TemplateSyntaxError, *_TOO_MUCH):
                found[name] = dict(list_included(self._line.parse(text)))
        return found


def collect_texts(texts: Iterable[str], shared: Mapping[str, str]) -> tuple[str, ...]:
    """Texts as their writer wrote them, and after them all that they include, without any comments.

    ``shared`` are paragraphs to include, by the name of their file. Each is gathered once, by its name.
    """
    pages = _open_environment(str, lambda _: None, [])
    waiting, words, seen = list(texts), list[str](), set[str]()
    for text in waiting:
        words.append(remove_comments(pages, text))
        with suppress(TemplateSyntaxError, *_TOO_MUCH):
            names = sorted({name for name, _ in list_included(pages.parse(text))} & shared.keys() - seen)
            seen.update(names)
            waiting += [shared[name] for name in names]
            words += names
    return tuple(words)


def escape_markdown(text: str) -> str:
    """Put a backslash before all ASCII punctuation, so that Markdown reads the text as itself (CommonMark §2.4)."""
    return _PUNCTUATION.sub(r"\\\1", text)


@cache
def load_html_template(name: str, family: str = "render") -> Template:
    """Return a template of the program's own, which lies in the folder of its ``family``; it escapes what it prints."""
    pages = Environment(loader=PackageLoader("petitioner", family), undefined=StrictUndefined, autoescape=True)
    return pages.get_template(name)


def _open_environment(
    finalize: Callable[[object], str],
    load: Callable[[str], tuple[str, str, Callable[[], bool]] | None],
    extensions: list[type[Extension]],
) -> BoundedEnvironment:
    pages = BoundedEnvironment(
        undefined=StrictUndefined,
        finalize=finalize,
        loader=FunctionLoader(load),
        extensions=extensions,
        # Jinja's own ways with white space move words: trim_blocks joins paragraphs after a comment at their end, and
        # lstrip_blocks pulls an entry out of its list. Lines that hold only tags are dropped with the marks instead.
        trim_blocks=False,
        lstrip_blocks=False,
        keep_trailing_newline=True,
        autoescape=False,  # the text is Markdown; what is printed is escaped as such by finalize
    )
    pages.globals.clear()  # range, lipsum and the like have no business in a letter
    pages.filters = {name: bound_filter(pages.filters[name]) for name in FILTERS}
    return pages


def _print(value: object, print_date: Callable[[date], str]) -> str:
    """Return what a letter shows for a value; nothing else than words, numbers and dates may be printed."""
    if isinstance(value, StrictUndefined):
        return str(value)  # raises, naming what is not there
    if isinstance(value, Unset):
        raise UnprintableError(f"'{value.name}' is empty, and is printed here", _ASK)
    if isinstance(value, date):
        return print_date(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise UnprintableError(f"what is printed here is no text, but {value!r}", "Print words, numbers or dates.")
    text = str(value)
    if not text.strip():
        raise UnprintableError("what is printed here is empty", _ASK)
    if "\n" in text:
        raise UnprintableError("what is printed here runs over several lines", "Print one line at a time.")
    if found := find_refused_character(text):
        _, name, reason = found
        raise UnprintableError(f"what is printed here holds {name}, which is {reason}", "Write it without that.")
    return text


def _pad(text: str, first_line: int) -> str:
    """Blank lines in front, so that the lines Jinja counts are those of the file."""
    return "\n" * (first_line - 1) + text


def _find_place(trace: TracebackType | None, paths: set[str]) -> SourceLine | None:
    """Return the innermost line of a template that an error passed through; Jinja rewrites its tracebacks for this."""
    found = None
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        found = SourceLine(path, trace.tb_lineno) if path in paths else found
        trace = trace.tb_next
    return found


def _explain(place: SourceLine, error: Exception) -> Problem:
    match error:
        case UnprintableError():
            message, hint = str(error), error.hint
        case UndefinedError():
            message, hint = str(error), "Check the name."
        case _:
            message, hint = f"this cannot be worked out: {error}", "Check the expression."
    return Problem(place.path, place.line, "M603", message, hint)
