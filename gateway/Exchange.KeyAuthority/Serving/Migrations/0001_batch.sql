-- Ids of batches already evaluated, kept as long as their time would still be accepted.
CREATE TABLE batch (
    agency TEXT NOT NULL,
    id BLOB NOT NULL,
    -- Unix milliseconds after which the batch is refused for its time alone.
    until INTEGER NOT NULL,
    PRIMARY KEY (agency, id)
) WITHOUT ROWID;

CREATE INDEX batch_until ON batch (until);
