-- Changes of marks of people at risk that the store of them has seen: one with fewer is an older copy.
ALTER TABLE enrolment_state ADD COLUMN protection_changes INTEGER NOT NULL DEFAULT 0;
