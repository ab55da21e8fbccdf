-- What leaders decide about what members wrote, and what readers tell them.

SET LOCAL search_path TO gloss;

-- A page of flags goes by (created_at, id). Whoever flags in a group where they wear a mask does so
-- under it.
DROP INDEX flag_waiting;
ALTER TABLE flag
    ADD COLUMN id uuid NOT NULL,
    ADD COLUMN mask_id uuid;
CREATE INDEX flag_waiting ON flag (group_id, created_at DESC, id DESC) WHERE settled_at IS NULL;

-- The leader's mask, if they wore one.
ALTER TABLE moderation_entry ADD COLUMN actor_mask_id uuid;

-- Why it is hidden in this further group.
ALTER TABLE showing ADD COLUMN moderation_note text;

-- Written while leaders held it back: nobody but its author is shown this version.
ALTER TABLE annotation_past ADD COLUMN held boolean NOT NULL DEFAULT false;

-- A class-4 audience is in nobody's pass: making one changes none, in however large a group.
CREATE OR REPLACE FUNCTION pass_on_audience() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = gloss, pg_temp AS $$
DECLARE
    concerned uuid[] := ARRAY(SELECT DISTINCT n.group_id FROM new_rows n JOIN groups g ON g.id = n.group_id
                               WHERE n.class <> 4
                                 AND (g.access <> 'private'
                                      OR EXISTS (SELECT 1 FROM member m WHERE m.group_id = n.group_id)));
BEGIN
    IF concerned <> '{}' THEN
        PERFORM passes_renew_of_groups(concerned);
    END IF;
    RETURN NULL;
END $$;

-- Does a leader have to look at what this user writes in this group before others do?
CREATE FUNCTION is_premoderated(in_group uuid, writer uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM groups g WHERE g.id = in_group AND g.premoderated)
       AND NOT EXISTS (SELECT FROM member m
                        WHERE m.group_id = in_group AND m.user_id = writer AND m.role <> 'member');
END $$;

-- Who learns of a flag: the leaders of its group, but nobody through the log where one of them wrote what
-- was flagged.
CREATE FUNCTION flag_audience(in_group uuid, author uuid) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT x.id FROM audience x
             WHERE x.group_id = in_group AND x.class = 1
               AND NOT EXISTS (SELECT FROM member m WHERE m.group_id = in_group AND m.user_id = author
                                  AND m.role <> 'member'));
END $$;

-- As audience_there(), but the audience that it has there by itself.
CREATE FUNCTION base_there(about uuid, annotation uuid, in_group uuid) RETURNS integer
    LANGUAGE plpgsql STABLE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE WHEN a.group_id = in_group THEN coalesce(a.base_id, a.audience_id)
                   ELSE (SELECT coalesce(w.base_id, w.audience_id)
                           FROM showing w JOIN audience x ON x.id = w.audience_id
                          WHERE w.document_id = about AND w.annotation_id = a.id
                            AND x.group_id = in_group) END
              FROM annotation a WHERE a.document_id = about AND a.id = annotation);
END $$;

-- What a mask is called, also in the statement that makes it.
CREATE FUNCTION mask_name(asked uuid) RETURNS text
    LANGUAGE plpgsql VOLATILE SET search_path = gloss, pg_temp AS $$
BEGIN
    RETURN (SELECT m.name FROM mask m WHERE m.id = asked);
END $$;
