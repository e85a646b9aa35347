-- Letters of this agency, by request id. What is sealed is a message of proto/exchange/v1/sent.proto.
CREATE TABLE letter (
    request_id BLOB NOT NULL PRIMARY KEY CHECK (length(request_id) = 16),
    -- HMAC of the name of the system that left it.
    caller BLOB NOT NULL CHECK (length(caller) = 32),
    -- A SentState.
    state INTEGER NOT NULL,
    submitted_unix_ms INTEGER NOT NULL,
    expires_unix_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX letter_state ON letter (state, submitted_unix_ms);
CREATE INDEX letter_caller ON letter (caller, submitted_unix_ms);

-- Private keys of this agency's mailbox, the newest of today.
CREATE TABLE mailbox_key (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 8),
    issued_unix_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
