-- What each agency said last of when it is closed; no row of one that said it never is.
CREATE TABLE opening (
    agency TEXT NOT NULL PRIMARY KEY,
    -- The message exchange.v1.Opening: at most 64 closures.
    said BLOB NOT NULL
) STRICT, WITHOUT ROWID;
