-- Persons come in no order: an index over all of them touches a page of its own for nearly every entry, and that was a third of what an
-- entry cost. Within a stretch of 1,024 entries it is a few pages, written together; whoever looks for somebody looks into each stretch.
DROP INDEX asked_by_person;
DROP INDEX asked_by_official;
DROP INDEX answered_by_person;
DROP INDEX answered_by_official;

CREATE INDEX asked_by_person ON asked (id >> 10, person_index) WHERE person_index IS NOT NULL;
CREATE INDEX asked_by_official ON asked (id >> 10, official_index) WHERE official_index IS NOT NULL;
CREATE INDEX answered_by_person ON answered (id >> 10, person_index) WHERE person_index IS NOT NULL;
CREATE INDEX answered_by_official ON answered (id >> 10, official_index) WHERE official_index IS NOT NULL;
