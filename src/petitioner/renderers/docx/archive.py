"""Packages on disk are zip archives; these are equal byte for byte when their contents are."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = "[Content_Types].xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold
_LEVEL = 6


def pack(members: Mapping[str, bytes]) -> bytes:
    """Zip the parts of a package: the content types first (ECMA-376-2, 10.3.7), the rest in order of name."""
    stream = BytesIO()
    with ZipFile(stream, "w") as archive:
        for name in sorted(members, key=lambda name: (name != _FIRST, name)):
            member = ZipInfo(name, date_time=_EPOCH)
            member.create_system = 0
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, members[name], compresslevel=_LEVEL)
    return stream.getvalue()


def repack(package: bytes) -> bytes:
    """The same package without the clock and the order that the first zipping left in it."""
    with ZipFile(BytesIO(package)) as archive:
        return pack({name: archive.read(name) for name in archive.namelist()})
