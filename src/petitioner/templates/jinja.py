"""Jinja templates of letters: check them, and fill in the values of one recipient."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import cache, cached_property, lru_cache
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
from petitioner.templates.words import Unset, make_case_filters

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

_ASK = "Fill it in, or ask for it first: {% if … %}."
_TOO_COMPLEX = (RecursionError, SyntaxError, ValueError, MemoryError)  # raised for endless or deeply nested templates


class TemplateRenderer:
    """Fills in the templates of one language.

    ``shared`` are paragraphs to include, by the name of their file in ``folder``. ``print_date`` formats a date in the
    language.
    """

    def __init__(self, shared: Mapping[str, str], folder: str, print_date: Callable[[date], str]) -> None:
        self._shared = shared
        self._folder = folder
        self._compiled: dict[tuple[str, int, str], Template] = {}
        # Many letters have the same words.
        self._remove_markers = lru_cache(maxsize=128)(self._remove_markers_once)

        def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
            return (shared[name], f"{folder}/{name}", lambda: True) if name in shared else None

        def escape(value: object) -> str:
            return escape_markdown(_format_value(value, print_date))

        self._body = _open_environment(escape, load, [LineMarkers])
        self._line = _open_environment(lambda value: _format_value(value, print_date), load, [])

    def check(self, path: str, text: str, first_line: int, known: TemplateNames) -> Iterator[Problem]:
        """Yield the problems that do not depend on values: syntax, what letters may not use, unknown names.

        Branches that no recipient takes are checked too.
        """
        if len(text) > LONGEST:
            message = f"the text is longer than {LONGEST} characters, which is a hundred environment"
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
        except _TOO_COMPLEX:
            message = "the template cannot be read: it is nested too deep, or endless"
            problems = [Problem(path, first_line, "M601", message, "Write it more simply.")]
        yield from problems

    def check_shared(self, name: str, known: TemplateNames) -> Iterator[Problem]:
        """Yield the same problems of a paragraph to include. Names that a letter sets before it are unknown here."""
        path = f"{self._folder}/{name}"
        yield from self.check(path, self._shared[name], 1, known)
        if circle := self._find_circle(name):
            message = f"the includes go round in a circle: {' → '.join(circle)}"
            yield Problem(path, self._included[name][circle[1]], "M605", message, "Take one of them out.")

    def fill_body(self, path: str, text: str, first_line: int, values: Mapping[str, object]) -> FilledText | Problem:
        """Fill in a text that starts on ``first_line`` of its file. Values are escaped as Markdown."""
        filled = self._fill(self._body, path, text, first_line, values)
        return filled if isinstance(filled, Problem) else self._remove_markers(filled, path, text, first_line)

    def fill_line(self, path: str, text: str, line: int, values: Mapping[str, object]) -> str | Problem:
        """Fill in one line of plain text."""
        filled = self._fill(self._line, path, text, line, values)
        return filled if isinstance(filled, Problem) else " ".join(filled.split("\n")).strip()

    def includes(self, text: str) -> frozenset[str]:
        """Return the paragraphs that a template includes, directly or not; no paragraph if it cannot be read."""
        with suppress(TemplateSyntaxError, *_TOO_COMPLEX):
            found = {name for name, _ in list_included(self._line.parse(text))}
            for _ in self._shared:
                found |= {inner for name in found for inner in self._included.get(name, ())}
            return frozenset(found)
        return frozenset()

    def _remove_markers_once(self, filled: str, path: str, text: str, first_line: int) -> FilledText:
        sources = {
            name: TemplateSource(self._locate(name), tuple(said.split("\n"))) for name, said in self._shared.items()
        }
        sources[path] = TemplateSource(path, tuple(_pad(text, first_line).split("\n")))
        return remove_markers(filled, sources)

    def _fill(
        self, environment: BoundedEnvironment, path: str, text: str, line: int, values: Mapping[str, object]
    ) -> str | Problem:
        environment.begin()
        try:
            return "".join(limit_length(self._compile(environment, path, text, line).generate(values)))
        except Exception as error:  # noqa: BLE001 - any exception of an expression is a mistake in the template
            paths = {path, *(self._locate(name) for name in self._shared)}
            return _explain(_find_place(error.__traceback__, paths) or SourceLine(path, line), error)

    def _compile(self, environment: Environment, path: str, text: str, line: int) -> Template:
        key = (path, line, text)
        if key not in self._compiled:
            code = environment.compile(_pad(text, line), name=path, filename=path)
            self._compiled[key] = Template.from_code(environment, code, environment.make_globals(None))
        return self._compiled[key]

    def _locate(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def _find_circle(self, name: str) -> tuple[str, ...]:
        """Return the shortest chain of includes from a file back to itself, or an empty tuple."""
        seen = {name}
        chains: list[tuple[str, ...]] = [(name,)]
        for chain in chains:
            for included in self._included.get(chain[-1], ()):
                if included == name:
                    return (*chain, name)
                if included not in seen:
                    seen.add(included)
                    chains.append((*chain, included))
        return ()

    @cached_property
    def _included(self) -> Mapping[str, Mapping[str, int]]:
        """What each shared paragraph includes, with the line; nothing for one that cannot be read."""
        found: dict[str, Mapping[str, int]] = {}
        for name, text in ((name, text) for name, text in self._shared.items() if len(text) <= LONGEST):
            with suppress(TemplateSyntaxError, *_TOO_COMPLEX):
                found[name] = dict(list_included(self._line.parse(text)))
        return found


def collect_texts(texts: Iterable[str], shared: Mapping[str, str]) -> tuple[str, ...]:
    """Return texts as written, then the name and text of all that they include, once each and without comments.

    ``shared`` are paragraphs to include, by the name of their file.
    """
    environment = _open_environment(str, lambda _: None, [])
    waiting, words, seen = list(texts), list[str](), set[str]()
    for text in waiting:
        words.append(remove_comments(environment, text))
        with suppress(TemplateSyntaxError, *_TOO_COMPLEX):
            names = sorted({name for name, _ in list_included(environment.parse(text))} & shared.keys() - seen)
            seen.update(names)
            waiting += [shared[name] for name in names]
            words += names
    return tuple(words)


def escape_markdown(text: str) -> str:
    """Put a backslash before all ASCII punctuation, so that it makes no Markdown (CommonMark §2.4)."""
    return _PUNCTUATION.sub(r"\\\1", text)


@cache
def load_html_template(name: str, family: str = "render") -> Template:
    """Load a template of the program from the folder of a ``family``. It escapes what it prints."""
    environment = Environment(loader=PackageLoader("petitioner", family), undefined=StrictUndefined, autoescape=True)
    return environment.get_template(name)


def _open_environment(
    finalize: Callable[[object], str],
    load: Callable[[str], tuple[str, str, Callable[[], bool]] | None],
    extensions: list[type[Extension]],
) -> BoundedEnvironment:
    environment = BoundedEnvironment(
        undefined=StrictUndefined,
        finalize=finalize,
        loader=FunctionLoader(load),
        extensions=extensions,
        # trim_blocks would join paragraphs after a comment, and lstrip_blocks would move an entry out of its list.
        # ``remove_markers`` drops lines of tags alone instead.
        trim_blocks=False,
        lstrip_blocks=False,
        keep_trailing_newline=True,
        autoescape=False,  # the text is Markdown: finalize escapes values for it
    )
    environment.globals.clear()  # a letter needs no range, lipsum and so on
    environment.filters |= make_case_filters()
    environment.filters = {name: bound_filter(environment.filters[name]) for name in FILTERS}
    return environment


def _format_value(value: object, print_date: Callable[[date], str]) -> str:
    """Return the text of a value. Raises UnprintableError for anything but words, numbers and dates."""
    if isinstance(value, StrictUndefined):
        return str(value)  # raises UndefinedError with the name
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
    """Put empty lines before a text, so that Jinja counts the lines of the file."""
    return "\n" * (first_line - 1) + text


def _find_place(trace: TracebackType | None, paths: set[str]) -> SourceLine | None:
    """Return the innermost line of a template in a traceback, which Jinja rewrites for this."""
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
            message, hint = f"this cannot be calculated: {error}", "Check the expression."
    return Problem(place.path, place.line, "M603", message, hint)
