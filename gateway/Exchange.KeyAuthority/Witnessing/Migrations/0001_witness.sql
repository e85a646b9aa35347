-- One row: whose cosignatures these are.
CREATE TABLE witness (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  name TEXT NOT NULL,
  key TEXT NOT NULL
) STRICT;

-- The checkpoint of each log that was cosigned last.
CREATE TABLE log (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL CHECK (size >= 0),
  root BLOB NOT NULL CHECK (length(root) = 32),
  -- As the log signed it.
  note TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The first proof that a log has forked: two notes of its key over one number of entries, with different roots.
CREATE TABLE fork (
  origin TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  cosigned TEXT NOT NULL,
  refused TEXT NOT NULL,
  seen_unix_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER log_only_grows BEFORE UPDATE ON log WHEN NEW.size < OLD.size BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER log_is_never_removed BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'what was cosigned is never forgotten'); END;
CREATE TRIGGER fork_is_never_changed BEFORE UPDATE ON fork BEGIN SELECT RAISE(ABORT, 'a proof is never changed'); END;
CREATE TRIGGER fork_is_never_removed BEFORE DELETE ON fork BEGIN SELECT RAISE(ABORT, 'a proof is never removed'); END;
