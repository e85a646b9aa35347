-- Proofs of one tile have most of their hashes in common, so they are kept together, each hash once.
-- And a receipt is written once: what waits for its proof stands in a table of its own, and is taken out of it.
CREATE TABLE waiting (
  log TEXT NOT NULL,
  receipt INTEGER NOT NULL,
  PRIMARY KEY (log, receipt)
) STRICT, WITHOUT ROWID;

INSERT INTO waiting SELECT log, id FROM receipt WHERE state = 0 ORDER BY log, id;
DROP INDEX receipt_oldest;
ALTER TABLE receipt DROP COLUMN state;

-- Receipts in whose place the log was proven to have another entry: leaf_hash is that one's, and path leads from it to the root of the
-- checkpoint over so many entries.
CREATE TABLE contradiction (
  receipt INTEGER PRIMARY KEY REFERENCES receipt (id),
  size INTEGER NOT NULL,
  path BLOB NOT NULL,
  leaf_hash BLOB NOT NULL
) STRICT;

INSERT INTO contradiction SELECT receipt, size, path, leaf_hash FROM proof WHERE leaf_hash IS NOT NULL ORDER BY receipt;

-- What leads from entries of one tile of the log (256 entries) to the root of the checkpoint over so many entries. hashes: 32 bytes each, none
-- twice. ways: for each receipt its id (8 bytes, big-endian), the number of hashes beside its way (1), and their numbers (2 each, the
-- lower byte first).
CREATE TABLE tile_proof (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  log TEXT NOT NULL,
  tile INTEGER NOT NULL,
  size INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  ways BLOB NOT NULL
) STRICT;

-- One for each proof there was: a way by the hashes 0, 1, 2 and so on, of which it has at most 63.
INSERT INTO tile_proof
SELECT NULL, log, log_index >> 8, proof.size, path,
  unhex(printf('%016x%02x', receipt.id, length(path) / 32) || substr(steps, 1, length(path) / 8))
FROM proof JOIN receipt ON receipt.id = proof.receipt,
  (WITH RECURSIVE number (n, text) AS (SELECT 0, '' UNION ALL SELECT n + 1, text || printf('%02x00', n) FROM number WHERE n < 64) SELECT text AS steps FROM number WHERE n = 64)
WHERE proof.leaf_hash IS NULL ORDER BY proof.receipt;

DROP TABLE proof;
ALTER TABLE tile_proof RENAME TO proof;
CREATE INDEX proof_by_tile ON proof (log, tile);
CREATE INDEX proof_by_size ON proof (log, size);
