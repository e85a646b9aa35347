-- Rows written before rows were sealed are not thrown away: a file that has any is refused, and this is what is said.
CREATE TEMP TABLE unsealed (
  entries INTEGER CONSTRAINT "it holds entries from before entries were sealed; move it to a safe place with its -wal and -shm, and start again: a new one is begun" CHECK (entries = 0)
);
INSERT INTO unsealed SELECT (SELECT count(*) FROM asked) + (SELECT count(*) FROM answered);
DROP TABLE unsealed;

DROP TABLE asked;
DROP TABLE answered;

-- What this agency asked of others. In the open stands what the hub's log has too, and what leads there; everything about the
-- person, the official and the outcome is a sealed JournalContent, bound to the rest of its row. The indexes of person and
-- official are keyed hashes: equal for one person, and nothing to whoever lacks the journal's keys. No id is ever used again.
CREATE TABLE asked (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_unix_ms INTEGER NOT NULL,
  request_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  task TEXT NOT NULL,
  data_set TEXT NOT NULL,
  kind INTEGER NOT NULL,
  question_commitment BLOB NOT NULL,
  answer_commitment BLOB NOT NULL,
  person_index BLOB,
  official_index BLOB,
  sealed BLOB NOT NULL,
  log TEXT,
  log_index INTEGER,
  leaf_hash BLOB
) STRICT;

CREATE INDEX asked_by_request ON asked (request_id);
CREATE INDEX asked_by_time ON asked (time_unix_ms);
CREATE INDEX asked_by_person ON asked (person_index, time_unix_ms) WHERE person_index IS NOT NULL;
CREATE INDEX asked_by_official ON asked (official_index, time_unix_ms) WHERE official_index IS NOT NULL;

-- What others asked of this agency, and what it answered.
CREATE TABLE answered (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_unix_ms INTEGER NOT NULL,
  request_id BLOB NOT NULL,
  requester TEXT NOT NULL,
  task TEXT NOT NULL,
  data_set TEXT NOT NULL,
  kind INTEGER NOT NULL,
  question_commitment BLOB NOT NULL,
  answer_commitment BLOB NOT NULL,
  person_index BLOB,
  official_index BLOB,
  sealed BLOB NOT NULL
) STRICT;

CREATE INDEX answered_by_request ON answered (request_id);
CREATE INDEX answered_by_time ON answered (time_unix_ms);
CREATE INDEX answered_by_person ON answered (person_index, time_unix_ms) WHERE person_index IS NOT NULL;
CREATE INDEX answered_by_official ON answered (official_index, time_unix_ms) WHERE official_index IS NOT NULL;

-- Who read the journal, with which command, and by what: the kinds of choice in the open, the choice itself sealed.
-- Written before the first row is shown; entries is filled in at the end, and stays empty when the command was stopped.
CREATE TABLE reading (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_unix_ms INTEGER NOT NULL,
  os_user TEXT NOT NULL,
  command TEXT NOT NULL,
  choice TEXT NOT NULL,
  sealed BLOB NOT NULL,
  entries INTEGER
) STRICT;

CREATE TRIGGER reading_stays BEFORE DELETE ON reading BEGIN
  SELECT RAISE(ABORT, 'a reading of the journal is never deleted');
END;
CREATE TRIGGER reading_is_finished_once BEFORE UPDATE ON reading
WHEN OLD.entries IS NOT NULL OR NEW.id <> OLD.id OR NEW.time_unix_ms <> OLD.time_unix_ms OR NEW.os_user <> OLD.os_user
  OR NEW.command <> OLD.command OR NEW.choice <> OLD.choice OR NEW.sealed <> OLD.sealed BEGIN
  SELECT RAISE(ABORT, 'a reading of the journal is never changed');
END;

-- What was purged, counted in the transactions that purged it. first and last are ids, empty where nothing was purged.
CREATE TABLE purge (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time_unix_ms INTEGER NOT NULL,
  os_user TEXT NOT NULL,
  until_unix_ms INTEGER NOT NULL,
  legal_reason TEXT NOT NULL,
  asked INTEGER NOT NULL DEFAULT 0,
  asked_first INTEGER,
  asked_last INTEGER,
  answered INTEGER NOT NULL DEFAULT 0,
  answered_first INTEGER,
  answered_last INTEGER,
  finished_unix_ms INTEGER
) STRICT;

CREATE TRIGGER purge_stays BEFORE DELETE ON purge BEGIN
  SELECT RAISE(ABORT, 'the record of a purge is never deleted');
END;
CREATE TRIGGER purge_only_grows BEFORE UPDATE ON purge
WHEN OLD.finished_unix_ms IS NOT NULL OR NEW.id <> OLD.id OR NEW.time_unix_ms <> OLD.time_unix_ms OR NEW.os_user <> OLD.os_user
  OR NEW.until_unix_ms <> OLD.until_unix_ms OR NEW.legal_reason <> OLD.legal_reason OR NEW.asked < OLD.asked OR NEW.answered < OLD.answered BEGIN
  SELECT RAISE(ABORT, 'the record of a purge is never changed');
END;
