-- Where exchanges of this agency stand in a hub's log, as the hub says: those asked and those answered. Nothing about a person.
-- log_index has 64 bits without a sign, so that one beyond 2^63 is negative here; no log has so many entries.
-- state: 0 waits for its proof, 1 proven, 2 contradicted: the log was proven to have another entry there.
-- No id is ever used again: a proof that is made while its receipt is purged finds nothing, and never another receipt.
CREATE TABLE receipt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  received_unix_ms INTEGER NOT NULL,
  request_id BLOB NOT NULL,
  log TEXT NOT NULL,
  log_index INTEGER NOT NULL,
  leaf_hash BLOB NOT NULL,
  state INTEGER NOT NULL
) STRICT;

CREATE INDEX receipt_by_request ON receipt (request_id);
CREATE INDEX receipt_waiting ON receipt (log, log_index) WHERE state = 0;
CREATE INDEX receipt_oldest ON receipt (log) WHERE state = 0;

-- What the log has in the receipt's place: the hashes beside the way to the root of the checkpoint over so many entries, 32 bytes each, and the
-- entry itself, where it was shown. Of a receipt that is contradicted they lead from another entry than its own.
-- leaf_hash: of that other entry; NULL when it is the receipt's.
CREATE TABLE proof (
  receipt INTEGER PRIMARY KEY REFERENCES receipt (id),
  size INTEGER NOT NULL,
  path BLOB NOT NULL,
  entry BLOB,
  leaf_hash BLOB
) STRICT;

CREATE INDEX proof_by_size ON proof (size);

-- Checkpoints that proofs lead to: notes as they were shown, with every signature.
CREATE TABLE checkpoint (
  log TEXT NOT NULL,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (log, size)
) STRICT, WITHOUT ROWID;

-- The newest checkpoint of each log that was found to go on with the one before.
CREATE TABLE kept (
  log TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  note TEXT NOT NULL,
  seen_unix_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a hub did that it cannot explain away. A row stays, acknowledged or not.
CREATE TABLE alarm (
  id INTEGER PRIMARY KEY,
  log TEXT NOT NULL,
  word TEXT NOT NULL,
  raised_unix_ms INTEGER NOT NULL,
  says TEXT NOT NULL,
  kept_note TEXT NOT NULL,
  shown_note TEXT NOT NULL,
  acknowledged_unix_ms INTEGER,
  acknowledged_by TEXT
) STRICT;

CREATE UNIQUE INDEX alarm_open ON alarm (log, word) WHERE acknowledged_unix_ms IS NULL;
