-- New words are under one's own name again, after lock.sql. Refused: anonymity-kept.
-- $1 group, $2 user
WITH off AS (
    UPDATE mask k SET worn = false FROM groups g
     WHERE g.id = $1::uuid AND NOT g.anonymous AND k.group_id = g.id AND k.user_id = $2::uuid AND k.worn
    RETURNING k.id, k.group_id
), noticed AS (
    UPDATE server SET names = names + 1 WHERE EXISTS (SELECT FROM off)
), told AS (
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id)
    SELECT '00000000-0000-0000-0000-000000000000', 'mask.updated', o.group_id, x.id, o.id
      FROM off o JOIN audience x ON x.group_id = o.group_id AND x.class = 0
)
SELECT CASE WHEN EXISTS (SELECT FROM groups g WHERE g.id = $1::uuid AND g.anonymous)
            THEN refuse('anonymity-kept') END
