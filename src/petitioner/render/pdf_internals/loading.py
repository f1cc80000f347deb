"""Load WeasyPrint without what it does not use here, which takes as long as all the rest of it."""

import ctypes.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

_RARE = ("fontTools.subset", "fontTools.varLib.instancer")
"""Modules of which WeasyPrint only calls functions: without HarfBuzz-Subset, and for fonts with axes."""


@contextmanager
def load_quickly() -> Iterator[None]:
    """Import WeasyPrint inside this block: shared libraries are opened by their names, and rare modules when called.

    For each spelling of a library's name, ``find_library`` would start ldconfig, a compiler and a linker. On Linux it
    finds nothing that the dynamic linker does not find by the name that WeasyPrint tries as well.
    """
    stand_ins = {name: _StandIn(name) for name in _RARE if name not in sys.modules}
    find_library = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = _find_nothing
    sys.modules.update(stand_ins)
    try:
        yield
    finally:
        ctypes.util.find_library = find_library
        for name in stand_ins:
            del sys.modules[name]


def _find_nothing(name: str) -> str | None:  # noqa: ARG001 - of the function that it replaces
    return None


class _StandIn(ModuleType):
    """A module whose functions and classes are loaded when they are called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        return partial(_load_and_call, self.__name__, name)


def _load_and_call(module: str, name: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - of any function
    return getattr(import_module(module), name)(*arguments, **options)
