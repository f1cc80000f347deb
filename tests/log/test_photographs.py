"""Photographs that are kept as evidence: every pixel, and nothing of what the camera wrote beside them."""

import struct
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from log_workspace import LogWorkspace
from petitioner.files import digest
from petitioner.log.evidence import detect_media_type
from petitioner.log.photographs import strip_metadata

MAKE, MODEL, ORIENTATION, EXIF, GPS = 0x010F, 0x0110, 0x0112, 0x8769, 0x8825
TOLD = (b"NIKODAK", b"Zoomer 3000", b"SER-4711", b"2027:09:24 10:11:12", b"35/1", b"Mr. Watcher", b"FILM-BEHIND")
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><creator>Mr. Watcher</creator></x:xmpmeta>"
FORMS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 80},
    "progressive": {"form": "JPEG", "progressive": True},
    "PNG": {},
    "WEBP": {"lossless": True},
    "lossy": {"form": "WEBP"},
    "TIFF": {},
    "packed": {"form": "TIFF", "compression": "tiff_lzw"},
    "AVIF": {},
}


def make_exif(orientation: int) -> Image.Exif:
    """What a camera writes: make, model, owner, time, serial number, and the place."""
    exif = Image.Exif()
    exif[MAKE], exif[MODEL], exif[ORIENTATION] = "NIKODAK", "Zoomer 3000", orientation
    exif[0x013B] = "Mr. Watcher"
    exif.get_ifd(EXIF).update({0x9003: "2027:09:24 10:11:12", 0xA431: "SER-4711"})
    exif.get_ifd(GPS).update({1: "N", 2: (35.0, 39.0, 31.5), 3: "E", 4: (139.0, 44.0, 1.5), 29: "2027:09:24"})
    return exif


def make_photograph(form: str = "JPEG", orientation: int = 1) -> bytes:
    """A photograph as a telephone writes it."""
    options: dict[str, Any] = {"form": form, **FORMS[form]}
    picture = Image.new("RGB", (40, 24), "white")
    picture.putdata([(7 * n % 256, 13 * n % 256, n % 256) for n in range(40 * 24)])
    stream = BytesIO()
    xmp = {} if options["form"] == "PNG" else {"xmp": XMP}
    picture.save(stream, options.pop("form"), exif=make_exif(orientation), **xmp, **options)
    content = stream.getvalue()
    if content.startswith(b"\xff\xd8"):
        iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x10\x1c\x02\x50\0\x0bMr. Watcher"
        told = (struct.pack(">BBH", 0xFF, 0xED, len(iptc) + 2) + iptc, b"\xff\xfe\x00\x0dMr. Watcher")
        return content[:2] + b"".join(told) + content[2:] + b"FILM-BEHIND"
    return content


def look_at(content: bytes) -> tuple[tuple[int, int], bytes, int]:
    """Size, pixels and orientation."""
    with Image.open(BytesIO(content)) as picture:
        return picture.size, picture.convert("RGB").tobytes(), picture.getexif().get(ORIENTATION, 1)


def clean(content: bytes) -> bytes:
    return strip_metadata(detect_media_type("", content), content)


@pytest.mark.parametrize("orientation", [1, 6, 8])
@pytest.mark.parametrize("form", FORMS)
def test_place_time_and_camera_are_taken_out_and_every_pixel_stays(form: str, orientation: int) -> None:
    content = make_photograph(form, orientation)
    assert b"NIKODAK" in content
    cleaned = clean(content)
    assert [told for told in TOLD if told in cleaned] == []
    assert look_at(cleaned) == look_at(content)
    with Image.open(BytesIO(cleaned)) as picture:
        assert not picture.getexif().get_ifd(GPS)
        assert not picture.getexif().get_ifd(EXIF)
        assert set(picture.getexif()) <= {ORIENTATION, *(range(254, 300) if picture.format == "TIFF" else ())}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_clean_stays_as_it_is_byte_for_byte(form: str) -> None:
    cleaned = clean(make_photograph(form, 6))
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("form", FORMS)
def test_a_photograph_that_was_cut_off_is_never_half_cleaned(form: str) -> None:
    content = make_photograph(form)
    for length in range(16, len(content) - 12, 97):
        try:
            cleaned = clean(content[:length])
        except ValueError:
            continue
        assert not any(told in cleaned for told in TOLD[:4]), length


@given(st.binary(max_size=200), st.sampled_from(sorted(FORMS)))
def test_no_bytes_bring_anything_but_a_refusal(junk: bytes, form: str) -> None:
    content = make_photograph(form)
    for broken in (content[:20] + junk, content[:40] + junk + content[60:]):
        try:
            clean(broken)
        except ValueError:
            continue


@pytest.fixture
def log_workspace(tmp_path: Path) -> LogWorkspace:
    return LogWorkspace(tmp_path)


def write(log_workspace: LogWorkspace, name: str, content: bytes) -> Path:
    path = log_workspace.folder / name
    path.write_bytes(content)
    return path


def test_the_log_keeps_the_photograph_without_the_place_and_says_so(log_workspace: LogWorkspace) -> None:
    taken = make_photograph("JPEG", 6)
    log_workspace.add("handed", "jp-osaka", outcome="letter-box", files=(write(log_workspace, "gate.jpg", taken),))
    (document,) = log_workspace.log.read()[0].documents
    kept = log_workspace.log.read_blob(document.sha256)
    assert kept == clean(taken)
    assert document.sha256 == digest(kept)
    assert "gate.jpg: the camera's data, such as place and time, was removed" in log_workspace.err


def test_a_film_is_kept_and_it_is_said_that_it_may_tell_the_place(log_workspace: LogWorkspace) -> None:
    film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(64)
    log_workspace.add("handed", "jp-osaka", outcome="letter-box", files=(write(log_workspace, "gate.mp4", film),))
    assert log_workspace.log.read_blob(log_workspace.log.read()[0].documents[0].sha256) == film
    assert "gate.mp4 is kept unchanged, and may contain the place, the time and the camera" in log_workspace.err


def test_a_receipt_without_anything_beside_the_picture_is_kept_without_a_word(log_workspace: LogWorkspace) -> None:
    stream = BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "JPEG")
    log_workspace.add("posted", "jp-osaka", files=(write(log_workspace, "receipt.jpg", stream.getvalue()),))
    assert log_workspace.log.read_blob(log_workspace.log.read()[0].documents[0].sha256) == stream.getvalue()
    assert "receipt.jpg" not in log_workspace.err


def test_the_photograph_on_the_telephone_is_still_known_to_the_log(log_workspace: LogWorkspace) -> None:
    photograph = write(log_workspace, "gate.jpg", make_photograph())
    log_workspace.add("handed", "jp-osaka", outcome="letter-box", files=(photograph,))
    assert log_workspace.verify(photograph) == 0
    assert "does not know this file" not in log_workspace.out
