"""The part of Jinja that a letter may use, in which every name can be checked before filling in."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from jinja2 import Environment, TemplateSyntaxError, nodes

from petitioner.errors import Problem, advise_half_width, suggest
from petitioner.model.types import Case

TemplateNames = Mapping[str, frozenset[str]]
"""The names that every letter can use, with their attributes: ``recipient`` has ``city``, and so on."""

_Token = tuple[int, str, str]
"""A line, a kind of token and its characters, as from ``Environment.lex``."""

FILTERS = frozenset({"capitalize", "default", "lower", "title", "trim", "upper", *Case})
"""The filters that a letter may use: cases, and some of Jinja's; its others make markup, lists, or too much text."""

_ALLOWED = (
    *(nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.With, nodes.Include),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Filter, nodes.Test, nodes.List, nodes.Tuple, nodes.CondExpr),
    *(nodes.Scope, nodes.Compare, nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Add, nodes.Sub, nodes.Neg),
)
_WRITTEN = {
    "AssignBlock": "{% set … %}…{% endset %}",
    "Block": "{% block %}",
    "Call": "a call, such as name()",
    "CallBlock": "{% call %}",
    "Dict": "a mapping in braces",
    "Div": "/",
    "Extends": "{% extends %}",
    "FilterBlock": "{% filter %}",
    "FloorDiv": "//",
    "FromImport": "{% from … import %}",
    "Getitem": "square brackets",
    "Import": "{% import %}",
    "Macro": "{% macro %}",
    "Mod": "%",
    "Mul": "*",
    "NSRef": "a name with a dot before =",
    "Pos": "+ before a number",
    "Pow": "**",
    "ScopedEvalContextModifier": "{% autoescape %}",
}
"""How the constructs are written that a letter may not use, by their name in Jinja."""

_FEW = "A letter knows if, for, set, with and include, names with a dot, comparisons, + and -, and a few filters."
_COMMENT = "\ue000"  # a private-use character, which is refused in input
_AFTER_COMMENT = re.compile(f" {_COMMENT}+(?= |$)")
_BRACE = re.compile(r"(?<!\\)[{}][^{}]{0,20}")
# Only a tag begins with these, or ends with two braces. ｛注｝ and ｛５０％｝ are ordinary text.
_WIDE = str.maketrans("｛｝＃％﹛﹜﹟﹪", "{}#%{}#%")
_TAG = re.compile(r"\{[{#%].*?[}#%]\}|\{[{#%]|\}\}")
_TAG_MARK = re.compile(r"\{[{#%]|[#%}]\}|\n")
_BROKEN_OFF = re.compile(r"\{#|\n[ \t]*\n")
_SHOWN = 60  # characters of what is missing from a letter
_LOOP = frozenset({"index", "index0", "first", "last", "length"})


def check_grammar(
    path: str, environment: Environment, source: str, tree: nodes.Template, known: TemplateNames
) -> Iterator[Problem]:
    """Yield a problem for each construct that a letter may not use, and each unknown name."""
    tokens = tuple(environment.lex(source))
    yield from _check_white_space(path, tokens)
    yield from _check_missing_text(path, tokens)
    yield from _check_braces(path, tokens)
    yield from _check_constructs(path, tree)
    yield from _check_unknown_and_reserved_names(path, tree, known)
    yield from _check_attributes(path, tree, known)


def check_includes(path: str, folder: str, tree: nodes.Template, shared: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each include that is not the name of an existing file in quotes."""
    for include in tree.find_all(nodes.Include):
        name = include.template.value if isinstance(include.template, nodes.Const) else None
        if not isinstance(name, str):
            hint = "Write the name of one file in quotes."
            yield Problem(path, include.lineno, "M605", "the file to include must be a name in quotes", hint)
        elif name not in shared:
            hint = f"{suggest(name, shared)} Files to include are in {folder} and start with '_'.".strip()
            yield Problem(path, include.lineno, "M605", f"there is no '{name}' to include", hint)


def list_included(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Yield the names of the files that a template includes, each with the line of its tag."""
    for include in tree.find_all(nodes.Include):
        if isinstance(include.template, nodes.Const):
            yield str(include.template.value), include.lineno


def remove_comments(environment: Environment, text: str) -> str:
    """Return a template without comments, and without the lines and spaces that are left of them.

    A text that cannot be read as a template is returned unchanged.
    """
    try:
        words = [_COMMENT if kind.startswith("comment") else word for _, kind, word in environment.lex(text)]
    except TemplateSyntaxError:
        return text
    lines = (line.rstrip() for line in "".join(words).split("\n"))
    kept = (line for line in lines if not line or line.strip(f"{_COMMENT} "))
    return "\n".join(_AFTER_COMMENT.sub("", line).replace(_COMMENT, "").rstrip() for line in kept).strip("\n")


def explain_syntax(path: str, environment: Environment, source: str, error: TemplateSyntaxError) -> Problem:
    """Return the problem for a syntax error, at the line where the unfinished remark, tag or branch starts."""
    with suppress(TemplateSyntaxError):
        if missing := next(_check_missing_text(path, environment.lex(source)), None):
            return missing
    tag, branch = _find_unfinished(environment, source, error.lineno)
    message = f"the template cannot be read: {error.message}"
    if str(error.message).startswith("Unexpected end of template") and branch:
        return Problem(path, branch, "M601", "what starts here with {% has no end", "Each if needs its endif.")
    hint = "Each {{ and {% needs its }} and %}, and each if and for its endif and endfor."
    if wide := _find_wide_tag("".join(source.split("\n")[error.lineno - 1 : error.lineno])):
        hint = _advise_narrow_tag(wide)
    return Problem(path, tag or error.lineno, "M601", message, hint)


def _find_unfinished(environment: Environment, source: str, limit: int) -> tuple[int, int]:
    """Return the lines of the last tag and of the innermost branch still open before a line, or 0."""
    tag, before, branches = 0, "", [0]
    with suppress(TemplateSyntaxError):
        for line, kind, word in environment.lex(source):
            if line >= limit and tag and tag < limit:
                break
            tag = line if kind.endswith("_begin") else 0 if kind.endswith("_end") else tag
            if before == "block_begin" and word in ("if", "for", "with"):
                branches.append(line)
            elif before == "block_begin" and word.startswith("end"):
                branches = branches[:-1] or [0]
            before = kind if kind != "whitespace" else before
    return tag if tag < limit else 0, branches[-1]


def _check_white_space(path: str, tokens: Iterable[_Token]) -> Iterator[Problem]:
    for line, kind, sign in tokens:
        if kind.endswith(("_begin", "_end")) and "-" in sign:
            message = f"'{sign.strip()}' takes away the line ends beside it, and so may join two paragraphs"
            hint = "Leave the hyphen out; a line that holds only tags leaves nothing behind in any case."
            yield Problem(path, line, "M606", message, hint)


def _check_missing_text(path: str, tokens: Iterable[_Token]) -> Iterator[Problem]:
    """Yield a problem for each remark or text in quotes that ends too late, and so contains words of the letter."""
    for line, kind, text in tokens:
        if kind == "comment" and (found := _BROKEN_OFF.search(text)):
            why = "contains another '{#'" if found[0] == "{#" else "contains an empty line"
            words = text[: found.start()] if found[0] == "{#" else text
            message = f"the remark that starts here {why}, so this text is missing: {_shorten(words)}"
            yield Problem(path, line, "M608", message, "Write #} right after the remark.")
        elif kind == "string" and _TAG_MARK.search(text):
            message = f"what is in quotes here contains the rest of the text: {_shorten(text[1:-1])}"
            yield Problem(path, line, "M608", message, f"Write the second {text[0]} right after what is meant.")


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return repr(words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…")


def _check_braces(path: str, tokens: Iterable[_Token]) -> Iterator[Problem]:
    """Yield a problem for each tag in full width, and for each single brace, which is nearly always one of two.

    Both would be printed.
    """
    before = ""
    for line, kind, text in tokens:
        is_text = kind == "data" and before != "raw_begin"
        before = kind
        for number, words in enumerate(text.split("\n"), line) if is_text else ():
            if wide := _find_wide_tag(words):
                message = f"this is in full width, so it would be printed: {wide!r}"
                yield Problem(path, number, "M609", message, _advise_narrow_tag(wide))
            elif found := _BRACE.search(words):
                hint = "Write {{ … }} around a name; if the brace itself is meant, put a backslash before it."
                yield Problem(path, number, "M607", f"a single brace stands here: {found[0]!r}", hint)


def _find_wide_tag(words: str) -> str:
    """Return the first tag, or mark of one, that has full-width characters; else an empty text."""
    tags = (words[found.start() : found.end()] for found in _TAG.finditer(words.translate(_WIDE)))
    return next((tag for tag in tags if tag[:2] + tag[-2:] != (tag[:2] + tag[-2:]).translate(_WIDE)), "")


def _advise_narrow_tag(tag: str) -> str:
    return advise_half_width(tag) or f"Type it in half width (半角): {tag.translate(_WIDE)}"


def _check_constructs(path: str, tree: nodes.Template) -> Iterator[Problem]:
    for node in tree.find_all((nodes.Stmt, nodes.Expr)):
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__
            yield Problem(path, node.lineno, "M606", f"a letter cannot use {_WRITTEN.get(kind, kind)}", _FEW)
    for node in tree.find_all(nodes.Filter):
        if node.name not in FILTERS:
            hint = f"{suggest(node.name, FILTERS)} A letter knows {', '.join(sorted(FILTERS))}.".strip()
            yield Problem(path, node.lineno, "M606", f"a letter cannot use the filter '{node.name}'", hint)
    for loop in tree.find_all(nodes.For):
        for inner in loop.find_all(nodes.For):
            yield Problem(path, inner.lineno, "M606", "a letter cannot use a loop within a loop", "Write it out.")


def _check_unknown_and_reserved_names(path: str, tree: nodes.Template, known: TemplateNames) -> Iterator[Problem]:
    """Yield a problem for each name that is not known, and for each known name that the template sets anew."""
    names = _list_names(tree, known)
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in names:
            hint = f"{suggest(name.name, names)} Names here: {', '.join(sorted(names))}.".strip()
            yield Problem(path, name.lineno, "M602", f"'{name.name}' is not known", hint)
        elif name.ctx != "load" and name.name in known:
            hint = "Choose another name."
            yield Problem(path, name.lineno, "M602", f"'{name.name}' has its meaning in every letter", hint)


def _list_names(tree: nodes.Template, known: TemplateNames) -> frozenset[str]:
    """Return the names that a template can use: those of every letter, and those that it sets."""
    own = (name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param"))
    return frozenset((*known, *own, *(("loop",) if tree.find(nodes.For) else ())))


def _check_attributes(path: str, tree: nodes.Template, known: TemplateNames) -> Iterator[Problem]:
    """Yield a problem for each unknown attribute, and for each name that needs one and has none.

    Attributes of unknown names are not checked: ``_check_unknown_and_reserved_names`` reports the name.
    """
    wholes, names = {**known, "loop": _LOOP}, _list_names(tree, known)
    parts = list(tree.find_all(nodes.Getattr))
    for part in parts:
        whole = part.node.name if isinstance(part.node, nodes.Name) else ""
        if not {name.name for name in part.find_all(nodes.Name)} <= names:
            continue
        has = sorted(wholes.get(whole, ()))
        if part.attr not in has:
            message = f"'{whole}' has no '{part.attr}'" if whole else f"nothing here has '.{part.attr}'"
            hint = f"{suggest(part.attr, has)} It has: {', '.join(has)}." if has else "Leave the dot and the word out."
            yield Problem(path, part.lineno, "M602", message, hint.strip())
    with_part = {*(id(part.node) for part in parts), *(id(part.node) for part in tree.find_all(nodes.Getitem))}
    for name in tree.find_all(nodes.Name):
        if name.name in wholes and name.ctx == "load" and id(name) not in with_part:
            hint = f"Say which part of it, as in {name.name}.{min(wholes[name.name])}."
            yield Problem(path, name.lineno, "M602", f"'{name.name}' alone is no text", hint)
