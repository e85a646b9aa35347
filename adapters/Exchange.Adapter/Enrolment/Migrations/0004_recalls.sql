-- How many recalls were begun: a store of recalls that has fewer is an older copy.
ALTER TABLE enrolment_state ADD COLUMN recalls_begun INTEGER NOT NULL DEFAULT 0;
