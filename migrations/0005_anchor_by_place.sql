-- Where two indexes seem to cost the same, the planner takes the one that was made last: after a restore,
-- which makes keys before other indexes, that was this one, for looking up single anchors, and it walked
-- all of a text's. A condition that only a search by place says keeps it out of the others.

SET LOCAL search_path TO gloss;

DROP INDEX anchor_by_place;
CREATE INDEX anchor_by_place ON anchor (document_id, revision_id, start_chars) WHERE start_chars IS NOT NULL;
