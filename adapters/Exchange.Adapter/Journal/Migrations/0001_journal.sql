-- What this agency asked of others. Header, question and answer are the very bytes the commitments in the hub's log were made of.
-- Field numbers are written as 1,2,3; status and reason are the numbers of AnswerStatus and Reason, 0 for none.
CREATE TABLE asked (
  id INTEGER PRIMARY KEY,
  time_unix_ms INTEGER NOT NULL,
  request_id BLOB NOT NULL,
  provider TEXT NOT NULL,
  task TEXT NOT NULL,
  data_set TEXT NOT NULL,
  kind INTEGER NOT NULL,
  official TEXT NOT NULL,
  case_id TEXT NOT NULL,
  person TEXT NOT NULL,
  granted TEXT NOT NULL,
  withheld TEXT NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  as_of_unix_ms INTEGER NOT NULL,
  header BLOB NOT NULL,
  question BLOB NOT NULL,
  question_commitment BLOB NOT NULL,
  answer BLOB NOT NULL,
  answer_commitment BLOB NOT NULL,
  log TEXT,
  log_index INTEGER,
  leaf_hash BLOB
) STRICT;

CREATE INDEX asked_by_request ON asked (request_id);

-- What others asked of this agency, and what it answered.
CREATE TABLE answered (
  id INTEGER PRIMARY KEY,
  time_unix_ms INTEGER NOT NULL,
  request_id BLOB NOT NULL,
  requester TEXT NOT NULL,
  task TEXT NOT NULL,
  data_set TEXT NOT NULL,
  kind INTEGER NOT NULL,
  official TEXT NOT NULL,
  case_id TEXT NOT NULL,
  person TEXT NOT NULL,
  granted TEXT NOT NULL,
  withheld TEXT NOT NULL,
  status INTEGER NOT NULL,
  reason INTEGER NOT NULL,
  as_of_unix_ms INTEGER NOT NULL,
  header BLOB NOT NULL,
  question BLOB NOT NULL,
  question_commitment BLOB NOT NULL,
  answer BLOB NOT NULL,
  answer_commitment BLOB NOT NULL
) STRICT;

CREATE INDEX answered_by_request ON answered (request_id);
