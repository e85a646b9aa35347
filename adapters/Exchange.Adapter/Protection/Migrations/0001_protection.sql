-- People at risk, and questions about them. What is sealed is a message of proto/exchange/v1/protection.proto.
CREATE TABLE protected (
    -- HMAC of the agency's own key of the person.
    name BLOB NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE approval (
    id INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

-- How many changes of marks there were: the people table remembers it too, so that an older copy of this store is noticed.
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    sealed BLOB NOT NULL
) STRICT;

-- Tickets of answers that are pending at others, by what was asked.
CREATE TABLE ticket (
    name BLOB NOT NULL PRIMARY KEY CHECK (length(name) = 32),
    resolves_unix_ms INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;
