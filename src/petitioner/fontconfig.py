"""Questions to fontconfig, the library by which Pango finds fonts, in this process: a program for each takes long."""

import ctypes
from collections.abc import Iterator
from contextlib import suppress
from functools import cache

FILE_NAMES = ("libfontconfig.so.1", "libfontconfig.1.dylib")
"""The library on Linux and on macOS."""

_TO_MATCH, _OF_SYSTEM = 0, 0  # FcMatchPattern, FcSetSystem


class _Pointer(ctypes.c_void_p):
    """A pointer, which ctypes would return as a number and pass on as a shorter one."""


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("size", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


_RESULTS = {
    "FcNameParse": _Pointer,
    "FcFontMatch": _Pointer,
    "FcPatternFormat": _Pointer,
    "FcInitLoadConfigAndFonts": _Pointer,
    "FcConfigGetFonts": ctypes.POINTER(_FontSet),
    "FcConfigGetConfigFiles": _Pointer,
    "FcStrListNext": ctypes.c_char_p,
}


@cache
def load_fontconfig() -> ctypes.CDLL | None:
    """Return the library, or None where it is not installed."""
    for name in FILE_NAMES:
        with suppress(OSError):
            library = ctypes.CDLL(name)
            for function, result in _RESULTS.items():
                getattr(library, function).restype = result
            return library
    return None


def match_font(library: ctypes.CDLL, pattern: str) -> tuple[str, str, int] | None:
    """Return the names of the family that fontconfig chooses, its file and the number in it, as ``fc-match`` does.

    None on a machine without fonts.
    """
    wanted = library.FcNameParse(pattern.encode())  # UTF-8 in every locale
    if not wanted:
        return None
    library.FcConfigSubstitute(None, wanted, _TO_MATCH)
    library.FcDefaultSubstitute(wanted)
    found = library.FcFontMatch(None, wanted, ctypes.byref(ctypes.c_int()))
    library.FcPatternDestroy(wanted)
    if not found:
        return None
    names, path, index = _format(library, found, b"%{family}\n%{file}\n%{index}").split("\n")
    library.FcPatternDestroy(found)
    return names, path, int(index)


def list_files(library: ctypes.CDLL) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of the fonts of this machine, and of the settings of fontconfig, as they are now."""
    config = library.FcInitLoadConfigAndFonts()
    if not config:
        return (), ()
    fonts = library.FcConfigGetFonts(config, _OF_SYSTEM)
    patterns = (ctypes.c_void_p(pattern) for pattern in fonts.contents.fonts[: fonts.contents.count]) if fonts else ()
    found = {_format(library, pattern, b"%{file}") for pattern in patterns}
    settings = set(_list_texts(library, library.FcConfigGetConfigFiles(config)))
    library.FcConfigDestroy(config)
    return tuple(sorted(found)), tuple(sorted(settings))


def _format(library: ctypes.CDLL, pattern: ctypes.c_void_p, form: bytes) -> str:
    text = library.FcPatternFormat(pattern, form)
    try:
        return ctypes.string_at(text).decode(errors="replace")
    finally:
        library.FcStrFree(text)


def _list_texts(library: ctypes.CDLL, texts: ctypes.c_void_p) -> Iterator[str]:
    while (text := library.FcStrListNext(texts)) is not None:
        yield text.decode(errors="replace")
    library.FcStrListDone(texts)
