-- Notices between agencies, by the id that their headers name, until the sender has heard of their end.
CREATE TABLE notice (
  notice_id BLOB PRIMARY KEY CHECK (length(notice_id) = 16),
  sender TEXT NOT NULL,
  recipient TEXT NOT NULL,
  data_set TEXT NOT NULL,
  -- Times are unix milliseconds.
  submitted INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  -- When it was last brought to its recipient: what does not open there stands behind the others.
  brought INTEGER NOT NULL DEFAULT 0,
  -- SHA-256 of header and commitment: the same notice again.
  digest BLOB NOT NULL,
  -- A Notice; gone once its recipient has it, or it has expired.
  notice BLOB
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_waits ON notice (recipient, brought, submitted) WHERE notice IS NOT NULL;
CREATE INDEX notice_expires ON notice (expires);
CREATE INDEX notice_of ON notice (sender);

-- The stages that a notice has reached.
CREATE TABLE notice_stage (
  notice_id BLOB NOT NULL REFERENCES notice (notice_id) ON DELETE CASCADE,
  -- A NoticeStage.
  stage INTEGER NOT NULL,
  reached INTEGER NOT NULL,
  -- A NoticeReply of the recipient.
  reply BLOB,
  commitment BLOB NOT NULL,
  -- The log's size before its entry was added, and whether it is known to be in the log.
  log_from INTEGER NOT NULL,
  logged INTEGER NOT NULL DEFAULT 0,
  -- The sender has written it down.
  taken INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (notice_id, stage)
) STRICT, WITHOUT ROWID;

CREATE INDEX notice_stage_unlogged ON notice_stage (logged) WHERE logged = 0;
