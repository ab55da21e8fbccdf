-- Texts that change: every annotation with a place has an anchor in each revision from the one it was
-- written against on, and so in the current one.

SET LOCAL search_path TO gloss;

-- Since when somebody stands behind the place (or behind there being none): who wrote the annotation
-- has looked. Carried on while the words stay as they are.
ALTER TABLE anchor ADD COLUMN confirmed_at timestamptz;

-- What is gone from a revision, for those who look for it anew: the index by place has it not.
CREATE INDEX anchor_gone ON anchor (document_id, revision_id) WHERE start_chars IS NULL;
