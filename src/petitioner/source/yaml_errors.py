"""Explain syntax errors of YAML in plain words."""

import re
from contextlib import suppress

import yaml

from petitioner.errors import Problem

_NO_KEY = "mapping values are not allowed in this context"
_NO_COLON = "could not find expected ':'"
_ADVICE = {
    _NO_KEY: (
        "there is a ':' where no key can be",
        "Check the indentation of this line and of the one above; a text that holds ': ' needs double quotes.",
    ),
    _NO_COLON: (
        "a ':' is missing after a key",
        "Write 'key: value', with a space after the colon; a text that continues must be indented.",
    ),
    "did not find expected <document start>": (
        "the text continues after the end of the values",
        "Check the indentation of this line and of the one above.",
    ),
    "did not find expected key": (
        "a key was expected here",
        "Check the indentation, and the quotation marks: put a text that contains one between two of the other kind.",
    ),
    "did not find expected '-' indicator": (
        "a list continues without '- '",
        "Start each entry of a list with '- ', all at the same indentation.",
    ),
    "did not find expected ',' or ']'": (
        "the list that starts here with [ has no ]",
        "Close it; an entry that holds a comma, a # or a bracket needs double quotes.",
    ),
    "did not find expected ',' or '}'": (
        "the mapping that starts here with { has no }",
        "Close it; a value that holds a comma, a # or a brace needs double quotes.",
    ),
    "did not find expected node content": (
        "a value was expected here",
        "Is a comma too many, or a bracket not closed? A text that starts with punctuation needs double quotes.",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot start on the line of its key",
        "Start it on a line of its own, indented, or put the text into double quotes.",
    ),
    "found unexpected end of stream": (
        "the quotation mark here is never closed",
        "Close it, or delete it.",
    ),
    "found unknown escape character": (
        "a backslash in double quotes starts an escape, and there is none like this",
        "Use single quotes, or write the backslash twice.",
    ),
    "did not find expected alphabetic or numeric character": (
        "a value cannot start with * or &",
        "Put the whole value into double quotes.",
    ),
}
_INDENTED = (
    _NO_KEY,
    "did not find expected <document start>",
    "did not find expected key",
    "did not find expected '-' indicator",
)
_KEY = re.compile("( *)[^ '\"#:{[-][^'\"#:{[]*:( |$)")
_ENTRY = re.compile("( *)((?:- +)*)[^ #]")
_CLOSERS = ("did not find expected ',' or ']'", "did not find expected ',' or '}'")
_SEPARATORS = re.compile("[;；、，]")
_COMMA = "Put a comma and a space between two entries, as in [a, b]; a text with this character needs double quotes."
_ODD_QUOTES = (
    "a quotation mark is missing on this line, or one is too many",
    "Put one before and one after each text that needs them, and none within it.",
)
_LAST_POINT = 0x10FFFF
_TAB = ("there is a tab where YAML needs spaces", "Indent with spaces, two for each level.")
_START = "a value cannot start with {character}"
_QUOTES = "Put the whole value into double quotes."
_WIDE = re.compile(r"^[ \u3000-]*[\w-]+(：)|^[ ]*(\u3000|\u00a0)")
_OTHER = "Check indentation, colons and quotation marks around here."


def explain_error(path: str, error: yaml.MarkedYAMLError, source: list[str], first_line: int) -> Problem:
    """Return the problem that stopped the parser; ``source`` are the lines that it read, from ``first_line`` on.

    Its line is that of the mistake, such as an opening quotation mark, not the end of the file where it was found.
    """
    problem = error.problem or "the file cannot be read as YAML"
    mark = error.context_mark if _is_found_after_its_line(problem) and error.context_mark else error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    text = source[line] if line < len(source) else ""
    if (wide := _find_wide_character(source, line)) is not None:
        return _make_wide_problem(path, source[wide], wide + first_line)
    if problem == _NO_KEY and (bare := _find_bare_key(source, line)) is not None:
        line, problem = bare, _NO_COLON
    if (opened := _find_open_quote(source, error)) is not None:
        line, (message, hint) = opened, _ADVICE["found unexpected end of stream"]
    else:
        own = _explain_missing_comma(source, error) or _explain_indentation(source, line, problem)
        message, hint = own or _ADVICE.get(problem, (problem, _OTHER))
    if problem == "found character that cannot start any token":
        character = text[column : column + 1]
        message, hint = _TAB if character == "\t" else (_START.format(character=character), _QUOTES)
    if problem == "found invalid Unicode character escape code":
        message, hint = _explain_escape(text, column)
    return Problem(path, line + first_line, "S103", f"{message}; the rest of the file was not read", hint)


def _find_bare_key(source: list[str], line: int) -> int | None:
    """Return the line above that has no colon, such as ``jp-tokyo`` in place of ``jp-tokyo:``; it is the mistake."""
    above = line - 1
    while above >= 0 and not source[above].split("#")[0].strip():
        above -= 1
    words = source[above].split("#")[0].split() if above >= 0 else []
    is_key = len(words) == 1 and not words[0].startswith(("-", "'", '"', "[", "{")) and ":" not in words[0]
    return above if is_key else None


def _find_open_quote(source: list[str], error: yaml.MarkedYAMLError) -> int | None:
    """Return the line of a quotation mark that was closed only by the next value's, where the parser stopped."""
    last = _find_last_text(source, error)
    if last is None or not last.style or last.start_mark.line == last.end_mark.line:
        return None
    mark = error.problem_mark
    return int(last.start_mark.line) if mark and mark.line == last.end_mark.line else None


def _explain_missing_comma(source: list[str], error: yaml.MarkedYAMLError) -> tuple[str, str] | None:
    """Explain a character other than a comma between two entries of a list or a mapping on one line."""
    last, mark = _find_last_text(source, error), error.problem_mark
    if error.problem not in _CLOSERS or last is None or mark is None or last.end_mark.line != mark.line:
        return None
    behind = source[mark.line][last.end_mark.column :]
    if not last.style:  # within a list it is a part of the text, and no mistake of YAML
        is_whole = error.problem == _CLOSERS[1] and last.start_mark.line == mark.line
        found = _SEPARATORS.search(last.value) if is_whole else None
    else:
        found = _SEPARATORS.match(behind.lstrip())
    if found:
        return f"'{found.group()}' is used where YAML needs a comma", _COMMA
    return _ODD_QUOTES if last.style and behind.strip()[:1].strip(",]}:#") else None


def _explain_indentation(source: list[str], line: int, problem: str) -> tuple[str, str] | None:
    """Explain a key with more or fewer spaces before it than the keys of any level that is open there."""
    found = _KEY.match(source[line]) if problem in _INDENTED and line < len(source) else None
    levels: list[int] = []
    for above in reversed(source[:line]):
        if entry := _ENTRY.match(above):
            starts = {entry.end(1), entry.end(2)}
            levels += [start for start in starts if not levels or start < min(levels)]
    if found is None or not levels or found.end(1) in levels:
        return None
    *few, last = map(str, sorted(levels))
    allowed = f"{', '.join(few)} or {last}" if few else last
    spaces = f"{found.end(1)} space{'' if found.end(1) == 1 else 's'}"
    message = f"this line begins with {spaces}, and the lines above it with {allowed}"
    return message, "Begin it with as many spaces as the other keys of its level."


def _find_last_text(source: list[str], error: yaml.MarkedYAMLError) -> yaml.ScalarToken | None:
    """Return the last text that the parser read before it stopped."""
    last: yaml.ScalarToken | None = None
    mark = error.problem_mark
    with suppress(yaml.YAMLError):
        for token in yaml.scan("\n".join(source), Loader=yaml.CSafeLoader):
            if mark and (token.start_mark.line, token.start_mark.column) >= (mark.line, mark.column):
                break
            last = token if isinstance(token, yaml.ScalarToken) else last
    return last


def _explain_escape(text: str, column: int) -> tuple[str, str]:
    """Explain an invalid escape: half of a pair, or too large for Unicode; ``column`` is where its digits start."""
    digits = re.match("[0-9A-Fa-f]*", text[column:])[0]  # type: ignore[index]  # matches whatever is there
    point = int(digits or "0", 16)
    what = "half of a surrogate pair" if point <= _LAST_POINT else "beyond the end of Unicode"
    return f"\\{text[column - 1]}{digits} makes U+{point:04X}, which is {what}", "Type the character itself."


def _find_wide_character(source: list[str], last: int) -> int | None:
    """Return the index (from 0) of the first line, up to ``last``, with a full-width colon or space as syntax."""
    return next((number for number, text in enumerate(source[: last + 1]) if _WIDE.match(text)), None)


def _make_wide_problem(path: str, text: str, line: int) -> Problem:
    colon = "：" in text.split("#", maxsplit=1)[0]
    character = "a full-width colon ： (U+FF1A)" if colon else "a full-width or no-break space"
    hint = "Type it in half width (半角), as ': '." if colon else "Indent with ordinary spaces."
    return Problem(path, line, "S103", f"there is {character} here; the rest of the file was not read", hint)


def _is_found_after_its_line(problem: str) -> bool:
    """Whether the parser finds this mistake only after the line where it is."""
    return problem.startswith(("did not find expected ','", "found unexpected end", "could not find expected ':'"))
