-- Pages of all groups that leave out whom their reader has muted read nothing but the index, as those
-- without anybody muted do: the index says who is shown as the author, who is a user or a mask.

SET LOCAL search_path TO gloss;

CREATE INDEX annotation_everywhere_shown ON annotation (audience_id, created_at DESC, id DESC)
    INCLUDE (author_id, mask_id) WHERE version > 0;
CREATE INDEX annotation_everywhere_updated_shown ON annotation (audience_id, updated_at DESC, id DESC)
    INCLUDE (author_id, mask_id) WHERE version > 0;
DROP INDEX annotation_everywhere, annotation_everywhere_updated;
ALTER INDEX annotation_everywhere_shown RENAME TO annotation_everywhere;
ALTER INDEX annotation_everywhere_updated_shown RENAME TO annotation_everywhere_updated;
