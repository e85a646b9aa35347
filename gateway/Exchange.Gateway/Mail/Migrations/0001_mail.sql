-- Letters, by the request id that their headers name.
CREATE TABLE letter (
  request_id BLOB PRIMARY KEY CHECK (length(request_id) = 16),
  requester TEXT NOT NULL,
  provider TEXT NOT NULL,
  -- 1 waits, 2 settled and not known to be in the log, 3 settled.
  state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 3),
  submitted INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  -- Until when the provider that has collected it is given time. Times are unix milliseconds.
  lent_until INTEGER NOT NULL DEFAULT 0,
  -- How often it was lent since its provider last said anything of it.
  lent INTEGER NOT NULL DEFAULT 0,
  -- A Letter; once settled, its header and commitment alone.
  letter BLOB NOT NULL,
  -- A Grant, of when it was first lent.
  given BLOB,
  -- How it ended: an AuditOutcome, a Reason, an AnswerLetter.
  outcome INTEGER NOT NULL DEFAULT 0,
  reason INTEGER NOT NULL DEFAULT 0,
  answer BLOB,
  -- The log's size before its entry was added.
  log_from INTEGER NOT NULL DEFAULT 0,
  receipt BLOB
) STRICT;

CREATE INDEX letter_waits ON letter (provider, submitted) WHERE state = 1;
CREATE INDEX letter_expires ON letter (expires) WHERE state = 1;
CREATE INDEX letter_of ON letter (requester, state, submitted);
CREATE INDEX letter_over ON letter (expires) WHERE state = 3;
CREATE INDEX letter_unlogged ON letter (state) WHERE state = 2;

-- The newest key of each agency under which letters are sealed for it: a Mailbox.
CREATE TABLE mailbox (
  agency TEXT PRIMARY KEY,
  issued INTEGER NOT NULL,
  mailbox BLOB NOT NULL
) STRICT, WITHOUT ROWID;
