-- A row for each log of this database: how far it goes, and which hub may add to it until when. Whoever takes it raises the
-- token; a batch counts only under the token of now, so that a hub that was superseded adds nothing.
CREATE TABLE log (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
  token bigint NOT NULL DEFAULT 0,
  expires timestamptz NOT NULL DEFAULT '-infinity',
  holder text NOT NULL DEFAULT '',   -- for people
  place text NOT NULL DEFAULT '',    -- the state folder of the holder: another process in it may take over at once
  session text NOT NULL DEFAULT ''   -- one start of one process
) WITH (fillfactor = 10);            -- the one row that every batch changes stays on its page

-- Serialised AuditEntry messages, numbered from 0 without a gap in each log.
CREATE TABLE entry (
  log integer NOT NULL,
  number bigint NOT NULL CHECK (number >= 0),
  content bytea NOT NULL,
  leaf_hash bytea NOT NULL CHECK (length(leaf_hash) = 32),
  PRIMARY KEY (log, number)
);

CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE OR DELETE ON entry FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER entry_is_never_emptied BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER log_is_never_removed BEFORE DELETE ON log FOR EACH ROW EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER log_is_never_emptied BEFORE TRUNCATE ON log FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
CREATE TRIGGER log_only_grows BEFORE UPDATE ON log FOR EACH ROW
  WHEN (NEW.id <> OLD.id OR NEW.name <> OLD.name OR NEW.size < OLD.size OR NEW.token < OLD.token) EXECUTE FUNCTION audit_only_grows();

-- Also in a session that takes itself for a replica.
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_is_never_changed, ENABLE ALWAYS TRIGGER entry_is_never_emptied;
ALTER TABLE log ENABLE ALWAYS TRIGGER log_is_never_removed, ENABLE ALWAYS TRIGGER log_is_never_emptied, ENABLE ALWAYS TRIGGER log_only_grows;
