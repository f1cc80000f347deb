"""The stationery: envelopes, windows, sheets of labels and what posts want, in YAML files beside this module.

Each is read once a process. A fault in the files raises ValueError, and is a bug.
"""

from functools import cache

from petitioner.model.face import Faces
from petitioner.model.stationery import Envelopes, Labels, Windows
from petitioner.source.package import read_package_record


@cache
def load_envelopes() -> Envelopes:
    """The envelopes that are known."""
    return read_package_record(Envelopes, __name__, "envelopes.yaml")


@cache
def load_windows() -> Windows:
    """The windows that are known."""
    return read_package_record(Windows, __name__, "windows.yaml")


@cache
def load_labels() -> Labels:
    """The sheets of labels that are known."""
    return read_package_record(Labels, __name__, "labels.yaml")


@cache
def load_faces() -> Faces:
    """How faces of envelopes and labels are set."""
    return read_package_record(Faces, __name__, "faces.yaml")
