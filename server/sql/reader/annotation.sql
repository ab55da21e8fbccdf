-- Whose document an annotation belongs to, for who may see it.
-- $1 annotation uuid, $2 reader uuid, $3 audiences of their pass integer[]
SELECT a.document_id, a.author_id, a.audience_id, a.also
  FROM annotation a
 WHERE a.id = $1
   AND CASE WHEN a.author_id = $2 THEN true
            WHEN a.audience_id = ANY ($3::integer[]) THEN true
            WHEN a.also IS NULL THEN false
            ELSE a.also && $3::integer[] END
