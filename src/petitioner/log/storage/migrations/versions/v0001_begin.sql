CREATE TABLE blobs (
    sha256 VARCHAR(64) NOT NULL,
    bytes BLOB,
    PRIMARY KEY (sha256)
);

CREATE TABLE details (
    sha256 VARCHAR(64) NOT NULL,
    json TEXT,
    PRIMARY KEY (sha256)
);

CREATE TABLE documents (
    event INTEGER NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    PRIMARY KEY (event, role, name),
    FOREIGN KEY(event) REFERENCES events (id),
    FOREIGN KEY(sha256) REFERENCES blobs (sha256)
);

CREATE TABLE events (
    id INTEGER NOT NULL,
    campaign TEXT NOT NULL,
    edition INTEGER NOT NULL CHECK (edition >= 1),
    recipient TEXT NOT NULL,
    recipient_name TEXT NOT NULL,
    destination TEXT NOT NULL,
    channel TEXT NOT NULL,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    kind TEXT NOT NULL,
    happened_on TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    details_sha256 VARCHAR(64) NOT NULL,
    previous_hash VARCHAR(64) NOT NULL,
    hash VARCHAR(64) NOT NULL CHECK (length(hash) = 64),
    PRIMARY KEY (id),
    FOREIGN KEY(details_sha256) REFERENCES details (sha256),
    UNIQUE (previous_hash),
    UNIQUE (hash)
);

CREATE UNIQUE INDEX one_claim ON events (campaign, edition, recipient, channel, attempt) WHERE kind = 'handing over';

CREATE TRIGGER events_refuse_delete BEFORE delete ON events WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in events'); END;

CREATE TRIGGER documents_refuse_delete BEFORE delete ON documents WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in documents'); END;

CREATE TRIGGER details_refuse_delete BEFORE delete ON details WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in details'); END;

CREATE TRIGGER blobs_refuse_delete BEFORE delete ON blobs WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is deleted in blobs'); END;

CREATE TRIGGER events_refuse_update BEFORE update ON events WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in events'); END;

CREATE TRIGGER documents_refuse_update BEFORE update ON documents WHEN TRUE BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in documents'); END;

CREATE TRIGGER details_refuse_update BEFORE update ON details WHEN NEW.json IS NOT NULL OR NEW.sha256 <> OLD.sha256 BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in details'); END;

CREATE TRIGGER blobs_refuse_update BEFORE update ON blobs WHEN NEW.bytes IS NOT NULL OR NEW.sha256 <> OLD.sha256 BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is changed in blobs'); END;

CREATE TRIGGER events_refuse_insert BEFORE insert ON events WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id OR hash = NEW.hash OR previous_hash = NEW.previous_hash OR (kind = 'handing over' AND NEW.kind = 'handing over' AND (campaign, edition, recipient, channel, attempt) = (NEW.campaign, NEW.edition, NEW.recipient, NEW.channel, NEW.attempt))) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in events'); END;

CREATE TRIGGER documents_refuse_insert BEFORE insert ON documents WHEN EXISTS (SELECT 1 FROM documents WHERE event = NEW.event AND role = NEW.role AND name = NEW.name) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in documents'); END;

CREATE TRIGGER details_refuse_insert BEFORE insert ON details WHEN EXISTS (SELECT 1 FROM details WHERE sha256 = NEW.sha256) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in details'); END;

CREATE TRIGGER blobs_refuse_insert BEFORE insert ON blobs WHEN EXISTS (SELECT 1 FROM blobs WHERE sha256 = NEW.sha256) BEGIN SELECT RAISE(ABORT, 'the mailing log is only appended to: nothing is replaced in blobs'); END;
