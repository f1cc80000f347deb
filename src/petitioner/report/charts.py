"""Charts as SVG, by pygal: the same bytes for the same figures, without script, readable in grey.

pygal calculates scales, bars and labels. It adds style sheets, scripts, tooltips and the date for browsers. They are
removed, because WeasyPrint does not read them. A style sheet of our own replaces them.
"""

import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import pygal
from pygal.etree import etree
from pygal.style import Style

from petitioner.report.letters import SENT_OUTCOMES, Outcome

# The import hook of pygal, for maps, has an interface that Python no longer calls, and warns about at each import.
sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]

_WIDTH = 720  # px
_BAR, _AXIS, _LEGEND = 34, 30, 30  # px of height
_COLUMNS_HEIGHT = 230  # px
_MOST_GUIDES = 8

# From dark to white, so that they differ in grey too: luminance 3 %, 16 %, 59 %, 100 %.
_FILLS: Mapping[Outcome, tuple[str, str]] = {
    Outcome.ANSWERED: ("#12304f", "#fff"),
    Outcome.SENT: ("#47729f", "#fff"),
    Outcome.UNKNOWN: ("#fff", "#222"),
    Outcome.FAILED: ("#ecc68c", "#222"),
}
_SIZE = 13  # px of all words
_STYLE = """
text { font-family: %s; font-size: %dpx; fill: #222 }
.axis text, .legend text { fill: #222 }
.axis.x text, .value { text-anchor: middle }
.horizontal .axis.y text, .vertical .axis.y text { text-anchor: end }
.background { fill: none }
.guide.line, .axis.line { fill: none; stroke: #d9dde2; stroke-width: 1 }
.axis.major.line { stroke: #555 }
.horizontal .axis.y .guide.line, .vertical .axis.x .guide.line { stroke: none }
.bar rect, .legend rect { stroke: #33414f; stroke-width: .75 }
"""
_DROPPED = frozenset({"style", "script", "desc", "title"})


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as a data URL, with its text alternative and its size in px."""

    uri: str
    alternative: str
    width: int
    height: int


def draw_outcomes(rows: Mapping[str, Mapping[Outcome, int]], names: Mapping[str, str], fonts: str) -> Chart:
    """Draw a bar for each row, divided by outcome, the first row on top; ``names`` are those of the outcomes."""
    used = tuple(one for one in SENT_OUTCOMES if any(counts.get(one) for counts in rows.values()))
    height = _BAR * len(rows) + _AXIS + _LEGEND
    chart = pygal.HorizontalStackedBar(
        **_make_options(height, max(sum(counts.values()) for counts in rows.values())),
        legend_at_bottom=True,
        legend_at_bottom_columns=len(used),
    )
    upwards = tuple(rows)[::-1]
    chart.x_labels = list(upwards)
    for outcome in used:
        chart.add(names[outcome], [rows[row].get(outcome) or None for row in upwards])
    parts = (f"{row}: {', '.join(_list_words(counts, names))}." for row, counts in rows.items())
    return _make_chart(chart, [_FILLS[one] for one in used], fonts, " ".join(parts), height)


def draw_columns(columns: Mapping[str, int], fonts: str) -> Chart:
    """Draw a column for each number."""
    chart = pygal.Bar(**_make_options(_COLUMNS_HEIGHT, max(columns.values())), show_legend=False)
    chart.x_labels = list(columns)
    chart.add("", [number or None for number in columns.values()])
    words = "; ".join(f"{name}: {number}" for name, number in columns.items())
    return _make_chart(chart, [_FILLS[Outcome.ANSWERED]], fonts, f"{words}.", _COLUMNS_HEIGHT)


def _list_words(counts: Mapping[Outcome, int], names: Mapping[str, str]) -> Sequence[str]:
    return [f"{names[one]} {counts[one]}" for one in SENT_OUTCOMES if counts.get(one)]


def _make_options(height: int, highest: int) -> dict[str, object]:
    """Return the options of both charts, with guides at whole numbers from 0 to ``highest`` or more."""
    step = _choose_step(highest)
    return {
        "width": _WIDTH,
        "height": height,
        "margin": 2,
        "spacing": 8,
        "style": Style(label_font_size=_SIZE, major_label_font_size=_SIZE, legend_font_size=_SIZE),  # to measure with
        "js": (),
        "css": (),
        "no_prefix": True,  # else each chart has a random id
        "print_values": True,
        "print_zeroes": False,
        "y_labels": list(range(0, step * ceil(highest / step) + 1, step)),
        "value_formatter": "{:g}".format,
        "truncate_legend": -1,  # nothing is cut off
        "truncate_label": -1,
    }


def _choose_step(highest: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20 … with which there are only a few guides."""
    steps: Iterator[int] = (factor * 10**power for power in range(7) for factor in (1, 2, 5))
    return next(step for step in steps if highest / step <= _MOST_GUIDES)


def _make_chart(
    chart: pygal.graph.graph.Graph, fills: Sequence[tuple[str, str]], fonts: str, words: str, height: int
) -> Chart:
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for child in list(parent):
            is_comment = not isinstance(child.tag, str)
            if is_comment or child.tag in _DROPPED or "tooltip-overlay" in child.get("class", ""):
                parent.remove(child)
    style = etree.SubElement(tree, "style")
    colours = (
        f".color-{number} rect, rect.color-{number} {{ fill: {fill} }} .color-{number} .value {{ fill: {ink} }}"
        for number, (fill, ink) in enumerate(fills)
    )
    style.text = " ".join((_STYLE % (fonts, _SIZE) + "\n".join(colours)).split())
    svg = etree.tostring(tree)
    return Chart(f"data:image/svg+xml;base64,{b64encode(svg).decode()}", words, _WIDTH, height)
