-- One row: whose checkpoints these are.
CREATE TABLE log (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  name TEXT NOT NULL,
  key TEXT NOT NULL
) STRICT;

-- Roots of full tiles: tile level and place, both as C2SP tlog-tiles counts them. Level 0, the leaves, is in the log's own file.
CREATE TABLE node (
  level INTEGER NOT NULL CHECK (level > 0),
  place INTEGER NOT NULL CHECK (place >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, place)
) STRICT, WITHOUT ROWID;

-- One row: the newest checkpoint that was published.
CREATE TABLE checkpoint (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  size INTEGER NOT NULL CHECK (size >= 0),
  note TEXT NOT NULL
) STRICT;

CREATE TRIGGER node_is_never_changed BEFORE UPDATE ON node BEGIN SELECT RAISE(ABORT, 'hashes of a log never change'); END;
CREATE TRIGGER node_is_never_removed BEFORE DELETE ON node BEGIN SELECT RAISE(ABORT, 'hashes of a log never change'); END;
CREATE TRIGGER checkpoint_only_grows BEFORE UPDATE ON checkpoint WHEN NEW.size < OLD.size BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER checkpoint_is_never_removed BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
