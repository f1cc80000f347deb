"""Taking words and bytes out of the log for good, and leaving the hashes that the chain stands on."""

from sqlalchemy import Connection, select, update

from petitioner.mailing_log.events.records import Erasure
from petitioner.mailing_log.storage.schema import blobs, details, events


def erase(connection: Connection, erasure: Erasure) -> None:
    """Empty the details of an event and the bytes of files, in the transaction that is open.

    What was there is overwritten with zeros (https://www.sqlite.org/pragma.html#pragma_secure_delete): otherwise it
    would lie on in the file, in pages that nobody uses. Copies that were made earlier still hold it.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")
    told = select(events.c.details_sha256).where(events.c.id == erasure.event).scalar_subquery()
    connection.execute(update(details).where(details.c.sha256 == told).values(json=None))
    connection.execute(update(blobs).where(blobs.c.sha256.in_(erasure.files)).values(bytes=None))
