-- Recalls and corrections of this agency, by the reference in everybody's notices. What is sealed is a message of proto/exchange/v1/recall.proto.
CREATE TABLE recall (
    reference BLOB NOT NULL PRIMARY KEY CHECK (length(reference) = 16),
    begun_unix_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Notices of this agency.
CREATE TABLE sent_notice (
    notice_id BLOB NOT NULL PRIMARY KEY CHECK (length(notice_id) = 16),
    reference BLOB NOT NULL,
    -- A SentNoticeState.
    state INTEGER NOT NULL,
    made_unix_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sent_notice_of ON sent_notice (reference);
CREATE INDEX sent_notice_leaving ON sent_notice (made_unix_ms) WHERE state = 1;

-- Notices of others.
CREATE TABLE received_notice (
    notice_id BLOB NOT NULL PRIMARY KEY CHECK (length(notice_id) = 16),
    received_unix_ms INTEGER NOT NULL,
    -- HMAC of the agency that sent it.
    sender BLOB NOT NULL CHECK (length(sender) = 32),
    -- The hub has yet to hear that it was received, or acknowledged.
    owes_reply INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX received_notice_of ON received_notice (sender);
CREATE INDEX received_notice_owes ON received_notice (received_unix_ms) WHERE owes_reply = 1;
