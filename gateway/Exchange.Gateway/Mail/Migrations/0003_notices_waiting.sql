-- How many of one sender wait for their recipients.
CREATE INDEX notice_waits_of ON notice (sender) WHERE notice IS NOT NULL;
