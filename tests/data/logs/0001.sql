BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE blobs (
	sha256 VARCHAR(64) NOT NULL, 
	bytes BLOB, 
	PRIMARY KEY (sha256)
);
INSERT INTO "blobs" VALUES('8954d2671ac79522f9b30c7dcbbc0b643d107c60ca86d99992f9b1f48a6ee751',X'255044462D312E37206F662032303237');
INSERT INTO "blobs" VALUES('dbd3a49d0d906b4ed9216b73330d2fb080ef2f758c12f3885068222e5e17151c',X'656E');
CREATE TABLE details (
	sha256 VARCHAR(64) NOT NULL, 
	json TEXT, 
	PRIMARY KEY (sha256)
);
INSERT INTO "details" VALUES('4c065e8e019aa8f1a6de1c266d4c097dbad6ba0fd6214b3dbf93def6ad0d183a','{"flags":{"unapproved":"nothing was approved"},"note":"at the counter\n大阪","salt":"6159554a1fabc793d634346a8a8e1e58","tracking":"RR123456785JP"}');
INSERT INTO "details" VALUES('0673bcc1c2fcece00a680ca6f343604c11e20635e2507b412b96c09be9df771c','{"salt":"fed50cd38e88b94ed00229b5f910d3b6"}');
INSERT INTO "details" VALUES('5b0f3600fd4ea1f8fef86e1a81b17f31885e4b078e484e5969e0e0a694b5b3a4','{"salt":"0a7ca8e7bebb3d97e2801b2f55ba9fcd"}');
INSERT INTO "details" VALUES('772b4ae2d5b9aa2ce2815428ff9d0b5ab876e37487556cc0547ff008312d40c0','{"note":"typed twice","salt":"9a59237631d5d5f008081ca2fae7f62a","withdraws":3}');
INSERT INTO "details" VALUES('64216d0ffe60d634632f27078080284e20998bb8244354d9d65c9c6a1f1808c2','{"salt":"cdbca41d5d8e3a2dba48b9f2bedbac33"}');
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
INSERT INTO "documents" VALUES(1,'letter','petition.ja.pdf','application/pdf','8954d2671ac79522f9b30c7dcbbc0b643d107c60ca86d99992f9b1f48a6ee751');
INSERT INTO "documents" VALUES(1,'letter','petition.en.pdf','application/pdf','dbd3a49d0d906b4ed9216b73330d2fb080ef2f758c12f3885068222e5e17151c');
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
INSERT INTO "events" VALUES(1,'2027',1,'jp-osaka','驻大阪总领事馆','靱本町3-9-2','post',1,'posted','2027-09-10','2027-09-12T03:04:05Z','Hanako','4c065e8e019aa8f1a6de1c266d4c097dbad6ba0fd6214b3dbf93def6ad0d183a','0000000000000000000000000000000000000000000000000000000000000000','4c44837f7c5e37ad1f63f6741fcca1ee20ffa01c878c5df59cf25c2819ea0620');
INSERT INTO "events" VALUES(2,'2027',1,'jp-tokyo','驻大阪总领事馆','靱本町3-9-2','hand',1,'handed over','2027-09-10','2027-09-12T03:04:05Z','Hanako','0673bcc1c2fcece00a680ca6f343604c11e20635e2507b412b96c09be9df771c','4c44837f7c5e37ad1f63f6741fcca1ee20ffa01c878c5df59cf25c2819ea0620','636219043d44b0883797d899c6cc0edaec0edf278e67e3ef5b8df18dbade82c5');
INSERT INTO "events" VALUES(3,'2027',1,'jp-fukuoka','驻大阪总领事馆','靱本町3-9-2','post',1,'posted','2027-09-10','2027-09-12T03:04:05Z','Hanako','5b0f3600fd4ea1f8fef86e1a81b17f31885e4b078e484e5969e0e0a694b5b3a4','636219043d44b0883797d899c6cc0edaec0edf278e67e3ef5b8df18dbade82c5','8712822be85d772b759009d9b31b453672ca82947258c141279845c3b79c376e');
INSERT INTO "events" VALUES(4,'2027',1,'jp-fukuoka','驻大阪总领事馆','靱本町3-9-2','post',1,'withdrawn','2027-09-10','2027-09-12T03:04:05Z','Hanako','772b4ae2d5b9aa2ce2815428ff9d0b5ab876e37487556cc0547ff008312d40c0','8712822be85d772b759009d9b31b453672ca82947258c141279845c3b79c376e','e3f9a00bc5ff7d0cda3349604116082e8270dcdf6481597f1bc0158ca5266b34');
INSERT INTO "events" VALUES(5,'2027',1,'jp-osaka','驻大阪总领事馆','靱本町3-9-2','post',1,'returned','2027-09-20','2027-09-12T03:04:05Z','Hanako','64216d0ffe60d634632f27078080284e20998bb8244354d9d65c9c6a1f1808c2','e3f9a00bc5ff7d0cda3349604116082e8270dcdf6481597f1bc0158ca5266b34','c09e350e8d87eef7da9446019380a2ac8721774a328c1ba05f75203bdbce1bd8');
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
COMMIT;
