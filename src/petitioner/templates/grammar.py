"""What a letter may say in Jinja: a small part of it, in which every name can be checked beforehand."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from jinja2 import Environment, TemplateSyntaxError, nodes

from petitioner.errors import Problem, suggest

TemplateNames = Mapping[str, frozenset[str]]
"""The names that every letter has, each with its parts: ``recipient`` has ``city``, and so on."""

FILTERS = frozenset({"capitalize", "default", "lower", "title", "trim", "upper"})
"""The filters that a letter may use; the others of Jinja make markup, lists, or more text than a page can hold."""

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
"""What Jinja calls a thing, and what its writer calls it."""

_FEW = "A letter knows if, for, set, with and include, names with a dot, comparisons, + and -, and a few filters."
_REMARK = "\ue000"  # a private-use character, which no input can hold
_AFTER_REMARK = re.compile(f" {_REMARK}+(?= |$)")
_BRACE = re.compile(r"(?<!\\)[{}][^{}]{0,20}")
_LOOP = frozenset({"index", "index0", "first", "last", "length"})


def check_grammar(
    path: str, pages: Environment, source: str, tree: nodes.Template, known: TemplateNames
) -> Iterator[Problem]:
    """Yield everything in a template that a letter may not say, and every name that it does not have."""
    yield from _check_white_space(path, pages, source)
    yield from _check_braces(path, pages, source)
    yield from _check_constructs(path, tree)
    yield from _check_names(path, tree, known)
    yield from _check_parts(path, tree, known)


def check_includes(path: str, folder: str, tree: nodes.Template, shared: Collection[str]) -> Iterator[Problem]:
    """Yield a problem for each include that does not name one of the files to include, plainly and in quotes."""
    for include in tree.find_all(nodes.Include):
        name = include.template.value if isinstance(include.template, nodes.Const) else None
        if not isinstance(name, str):
            hint = "Write the name of one file in quotes."
            yield Problem(path, include.lineno, "M605", "what to include is not said plainly", hint)
        elif name not in shared:
            hint = f"{suggest(name, shared)} Files to include stand in {folder} and start with '_'.".strip()
            yield Problem(path, include.lineno, "M605", f"there is no '{name}' to include", hint)


def list_included(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Yield the names of the files that a template includes, each with the line of its tag."""
    for include in tree.find_all(nodes.Include):
        if isinstance(include.template, nodes.Const):
            yield str(include.template.value), include.lineno


def remove_comments(pages: Environment, text: str) -> str:
    """Return the text of a template without its comments, and without the lines and blanks that they alone have made.

    What cannot be read as a template is given as it is.
    """
    try:
        words = [_REMARK if kind.startswith("comment") else word for _, kind, word in pages.lex(text)]
    except TemplateSyntaxError:
        return text
    lines = (line.rstrip() for line in "".join(words).split("\n"))
    kept = (line for line in lines if not line or line.strip(f"{_REMARK} "))
    return "\n".join(_AFTER_REMARK.sub("", line).replace(_REMARK, "").rstrip() for line in kept).strip("\n")


def explain_syntax(path: str, pages: Environment, source: str, error: TemplateSyntaxError) -> Problem:
    """Return what a template's writer must know of a syntax error, at the line where the unfinished thing starts."""
    tag, branch = _find_unfinished(pages, source, error.lineno)
    message = f"the template cannot be read: {error.message}"
    if str(error.message).startswith("Unexpected end of template") and branch:
        return Problem(path, branch, "M601", "what starts here with {% has no end", "Each if needs its endif.")
    hint = "Each {{ and {% needs its }} and %}, and each if and for its endif and endfor."
    return Problem(path, tag or error.lineno, "M601", message, hint)


def _find_unfinished(pages: Environment, source: str, limit: int) -> tuple[int, int]:
    """The lines of the last tag and of the innermost branch that start before a line and are not closed, or 0."""
    tag, before, branches = 0, "", [0]
    with suppress(TemplateSyntaxError):
        for line, kind, word in pages.lex(source):
            if line >= limit and tag and tag < limit:
                break
            tag = line if kind.endswith("_begin") else 0 if kind.endswith("_end") else tag
            if before == "block_begin" and word in ("if", "for", "with"):
                branches.append(line)
            elif before == "block_begin" and word.startswith("end"):
                branches = branches[:-1] or [0]
            before = kind if kind != "whitespace" else before
    return tag if tag < limit else 0, branches[-1]


def _check_white_space(path: str, pages: Environment, source: str) -> Iterator[Problem]:
    for line, kind, sign in pages.lex(source):
        if kind.endswith(("_begin", "_end")) and "-" in sign:
            message = f"'{sign.strip()}' takes away the line ends beside it, and so may join two paragraphs"
            hint = "Leave the hyphen out; a line that holds only tags leaves nothing behind in any case."
            yield Problem(path, line, "M606", message, hint)


def _check_braces(path: str, pages: Environment, source: str) -> Iterator[Problem]:
    """Yield a problem for each single brace: it is nearly always one of two that a name needs, and would be printed."""
    before = ""
    for line, kind, text in pages.lex(source):
        is_text = kind == "data" and before != "raw_begin"
        before = kind
        for number, words in enumerate(text.split("\n"), line) if is_text else ():
            if found := _BRACE.search(words):
                hint = "Write {{ … }} around a name; if the brace itself is meant, put a backslash before it."
                yield Problem(path, number, "M607", f"a single brace stands here: {found[0]!r}", hint)


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


def _check_names(path: str, tree: nodes.Template, known: TemplateNames) -> Iterator[Problem]:
    names = _list_names(tree, known)
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in names:
            hint = f"{suggest(name.name, names)} TemplateNames here: {', '.join(sorted(names))}.".strip()
            yield Problem(path, name.lineno, "M602", f"'{name.name}' is not known", hint)
        elif name.ctx != "load" and name.name in known:
            hint = "Choose another name."
            yield Problem(path, name.lineno, "M602", f"'{name.name}' has its meaning in every letter", hint)


def _list_names(tree: nodes.Template, known: TemplateNames) -> frozenset[str]:
    """Return the names that a template can use: the program's own, and those that it sets itself."""
    own = (name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param"))
    return frozenset((*known, *own, *(("loop",) if tree.find(nodes.For) else ())))


def _check_parts(path: str, tree: nodes.Template, known: TemplateNames) -> Iterator[Problem]:
    """Only the program's own names have parts, each of them one level; and they are nothing without a part.

    A name that is not known has parts that nobody can judge; ``_check_names`` reports the name itself.
    """
    wholes, names = {**known, "loop": _LOOP}, _list_names(tree, known)
    parts = list(tree.find_all(nodes.Getattr))
    for part in parts:
        whole = part.node.name if isinstance(part.node, nodes.Name) else ""
        if not {name.name for name in part.find_all(nodes.Name)} <= names:
            continue
        has = sorted(wholes.get(whole, ()))
        if part.attr not in has:
            said = f"'{whole}' has no '{part.attr}'" if whole else f"nothing here has '.{part.attr}'"
            hint = f"{suggest(part.attr, has)} It has: {', '.join(has)}." if has else "Leave the dot and the word out."
            yield Problem(path, part.lineno, "M602", said, hint.strip())
    with_part = {*(id(part.node) for part in parts), *(id(part.node) for part in tree.find_all(nodes.Getitem))}
    for name in tree.find_all(nodes.Name):
        if name.name in wholes and name.ctx == "load" and id(name) not in with_part:
            hint = f"Say which part of it, as in {name.name}.{min(wholes[name.name])}."
            yield Problem(path, name.lineno, "M602", f"'{name.name}' alone is no text", hint)
