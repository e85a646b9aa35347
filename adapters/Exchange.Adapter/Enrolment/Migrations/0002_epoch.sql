-- The key epoch of every pseudonym in the table; null in a table that was made before it was written down.
ALTER TABLE enrolment_state ADD COLUMN epoch INTEGER;
