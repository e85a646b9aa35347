CREATE TABLE people (
    -- The agency's own key of the person.
    local_key TEXT NOT NULL PRIMARY KEY,
    -- Random, never used again: what handles point to.
    row_id BLOB NOT NULL UNIQUE CHECK (length(row_id) = 16),
    -- The pseudonym in force, closed.
    stored BLOB NOT NULL CHECK (length(stored) = 32),
    -- Raised by whatever changes whom the row stands for; a handle of an earlier generation has expired.
    match_generation INTEGER NOT NULL,
    quarantined INTEGER NOT NULL
) STRICT;

-- Every pseudonym a row is found by: the one in force and those of earlier numbers.
CREATE TABLE pseudonym (
    stored BLOB NOT NULL,
    row_id BLOB NOT NULL REFERENCES people (row_id) ON DELETE CASCADE,
    PRIMARY KEY (stored, row_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pseudonym_row ON pseudonym (row_id);

CREATE TABLE enrolment_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Which closing scalar the pseudonyms are closed with.
    closing_id TEXT NOT NULL,
    -- The newest version of the commitments seen; older ones are refused.
    commitments_version INTEGER NOT NULL
) STRICT;
