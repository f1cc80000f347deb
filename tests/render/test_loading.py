"""WeasyPrint is loaded without what it does not use, and divides words as it does when it reads all patterns."""

import subprocess
import sys

import pytest
from weasyprint.text.line_break import pyphen

from petitioner.render.pdf_internals.hyphen_patterns import read_patterns

LOADED = """
import sys
from petitioner.build.formats import RENDERERS
RENDERERS["pdf"]()
rare = {"subset", "varLib", "ttLib.tables.otTables", "ttLib.woff2"}
print(*sorted({f"fontTools.{name}" for name in rare} & sys.modules.keys()))
import fontTools.subset
print(fontTools.subset.Options().hinting)
"""
PARSED = """
from petitioner.build.formats import RENDERERS
RENDERERS["pdf"]()
from weasyprint.text.ffi import ffi
import cffi
for kind in ("hb_codepoint_t[3]", "PangoRectangle *", "const char *", "hb_tag_t", "unsigned int *"):
    print(ffi.typeof(kind))
print(cffi.FFI().typeof("int[2]"))
"""
STARTED = """
import subprocess, sys
started = []
sys.addaudithook(lambda event, arguments: event == "subprocess.Popen" and started.append(arguments[0]))
from petitioner.build.formats import RENDERERS
RENDERERS["pdf"]()
print(*started)
"""


def run(program: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.split("\n")


def test_rare_parts_of_fonttools_are_loaded_when_they_are_called() -> None:
    before, after, _ = run(LOADED)
    assert (before, after) == ("", "True")


def test_types_of_c_are_parsed_with_the_names_in_them() -> None:
    kinds = ("uint32_t[3]", "PangoRectangle *", "char *", "uint32_t", "unsigned int *", "int[2]")
    assert run(PARSED) == [*(f"<ctype '{kind}'>" for kind in kinds), ""]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries are searched for")
def test_no_program_is_started_to_find_the_shared_libraries() -> None:
    assert run(STARTED) == ["", ""]


@pytest.mark.parametrize("language", ["de_DE", "en_GB", "en_US", "fr", "ru_RU"])
def test_each_pattern_is_the_one_that_pyphen_reads(language: str) -> None:
    path = pyphen.LANGUAGES[language]
    patterns = read_patterns(path)
    assert patterns
    assert {letters: patterns.get(letters) for letters in patterns.lines} == pyphen.HyphDict(path).patterns
    assert patterns.get("qqq") is None


def test_patterns_that_change_a_word_are_left_to_pyphen() -> None:
    assert read_patterns(pyphen.LANGUAGES["sq_AL"]) is None
