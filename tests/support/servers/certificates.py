"""Certificates for the servers of tests: good ones, and one for each way to be bad."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Leaf:
    """A server's certificate with those above it, and its key, as PEM files."""

    chain: Path
    key: Path


@dataclass(frozen=True)
class Certificates:
    """An authority that only tests trust, another one, and what the first has signed."""

    authority: Path
    stranger: Path
    good: Leaf
    other_name: Leaf
    expired: Leaf


def make_certificates(folder: Path) -> Certificates:
    """Sign everything anew; nothing of it is good for longer than the tests."""
    authority, stranger = trustme.CA(), trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    stranger.cert_pem.write_to_path(str(folder / "stranger.pem"))
    past = datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC)
    return Certificates(
        folder / "authority.pem",
        folder / "stranger.pem",
        _write(folder, "good", authority.issue_cert("localhost", "127.0.0.1", "::1")),
        _write(folder, "other-name", authority.issue_cert("mail.example.org")),
        _write(folder, "expired", authority.issue_cert("127.0.0.1", not_before=past[0], not_after=past[1])),
    )


def _write(folder: Path, name: str, certificate: trustme.LeafCert) -> Leaf:
    leaf = Leaf(folder / f"{name}.pem", folder / f"{name}.key")
    leaf.chain.write_bytes(b"".join(part.bytes() for part in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(str(leaf.key))
    leaf.key.chmod(0o600)
    return leaf
