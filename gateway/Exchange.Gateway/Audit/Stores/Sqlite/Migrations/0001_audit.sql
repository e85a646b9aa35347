-- One row: the log this file is, so that no other log is continued in it.
CREATE TABLE log (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  name TEXT NOT NULL,
  since_unix_ms INTEGER NOT NULL
) STRICT;

-- Serialised AuditEntry messages, numbered from 0 without a gap.
CREATE TABLE entry (
  number INTEGER PRIMARY KEY CHECK (number >= 0),
  content BLOB NOT NULL,
  leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32)
) STRICT;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
CREATE TRIGGER log_is_never_renamed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'a log keeps its name'); END;
