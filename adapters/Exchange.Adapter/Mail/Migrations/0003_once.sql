-- HMAC of the key by which the system that left a letter tells its repetitions; without one, each is another letter.
ALTER TABLE letter ADD COLUMN once BLOB CHECK (length(once) = 32);

CREATE UNIQUE INDEX letter_once ON letter (once);
