"""Load WeasyPrint without modules that are rarely used. This takes half the time."""

import ctypes.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from cffi import cparser

_RARE = (
    "fontTools.subset",
    "fontTools.varLib.instancer",
    "fontTools.ttLib.tables.otTables",
    "fontTools.ttLib.woff2",
)
"""Modules that are used only without HarfBuzz-Subset, or for fonts with axes or in WOFF2. Their functions and classes
are only called."""


@contextmanager
def load_quickly() -> Iterator[None]:
    """Import WeasyPrint fast inside this block: no library is searched for, and rare modules are loaded when called.
    Types of C are parsed fast from then on.

    For each name of a library, ``find_library`` would start ldconfig, a compiler and a linker. Linux does not need it:
    WeasyPrint also tries the file name of the library, which the dynamic linker finds.
    """
    stand_ins = {name: _StandIn(name) for name in _RARE if name not in sys.modules}
    find_library, parser = ctypes.util.find_library, cparser.Parser
    cparser.Parser = _QuickParser
    if sys.platform == "linux":
        ctypes.util.find_library = _find_nothing
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        ctypes.util.find_library, cparser.Parser = find_library, parser
        for name in stand_ins:
            del sys.modules[name]


def _find_nothing(name: str) -> str | None:  # noqa: ARG001 - the signature of find_library
    return None


class _QuickParser(cparser.Parser):  # type: ignore[misc]  # cffi has no types
    """Parses declarations of C with those names only that they contain.

    cffi parses all names of types again for each new type, such as an array of another length.
    """

    _declarations: dict[str, Any]

    def _parse(self, csource: str) -> Any:  # noqa: ANN401 - what pycparser returns
        known = self._declarations
        self._declarations = {name: held for name, held in known.items() if name.rpartition(" ")[2] in csource}
        try:
            return super()._parse(csource)
        finally:
            self._declarations = known


class _StandIn(ModuleType):
    """Replaces a module. Loads it when one of its functions or classes is called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(_load_and_call, self.__name__, name)


def _load_and_call(module: str, name: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - the arguments of any function
    return getattr(import_module(module), name)(*arguments, **options)
