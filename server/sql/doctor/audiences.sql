-- Does every row have an audience that can be right? A row is a fault.
SELECT q.what || ' ' || q.id || ' ' || q.fault AS fault FROM (
    SELECT 'annotation' AS what, a.id,
           CASE WHEN x.id IS NULL THEN 'has no audience'
                WHEN x.group_id <> a.group_id THEN 'has an audience of another group'
                WHEN x.class IN (3, 4) AND x.document_id <> a.document_id
                    THEN 'has an audience of another document'
                WHEN a.open <> (x.class = 0) THEN 'has the wrong open'
                WHEN a.draft AND x.class <> 2 THEN 'is a draft that others see'
                WHEN a.moderation NOT IN ('none', 'approved') AND x.class NOT IN (1, 2, 4)
                    THEN 'is held back and seen'
                WHEN a.also IS DISTINCT FROM (SELECT array_agg(w.audience_id ORDER BY w.audience_id)
                        FROM showing w WHERE w.document_id = a.document_id AND w.annotation_id = a.id)
                     AND NOT (a.also @> ARRAY(SELECT w.audience_id FROM showing w
                        WHERE w.document_id = a.document_id AND w.annotation_id = a.id)
                        AND a.also <@ ARRAY(SELECT w.audience_id FROM showing w
                        WHERE w.document_id = a.document_id AND w.annotation_id = a.id))
                    THEN 'names other audiences than its showings'
                WHEN x.class = 5 AND a.parent_id IS NULL THEN 'answers nobody'
                WHEN x.class = 2 AND a.also IS NOT NULL THEN 'is private and shown elsewhere'
                WHEN a.parent_id IS NOT NULL AND p.id IS NULL THEN 'has lost its parent'
                WHEN p.group_id <> a.group_id AND y.id IS NULL AND x.class <> 2
                    THEN 'answers across groups'
                WHEN array_position('{2,4,1,5,3,0}'::smallint[], x.class)
                     > array_position('{2,4,1,5,3,0}'::smallint[], y.class) THEN 'is wider than its parent'
                WHEN array_position('{2,4,1,5,3,0}'::smallint[], x.class)
                     > array_position('{2,4,1,5,3,0}'::smallint[], z.class) THEN 'is wider than it was'
                WHEN z.group_id <> a.group_id THEN 'comes back to another group'
                END AS fault
      FROM annotation a LEFT JOIN audience x ON x.id = a.audience_id
      LEFT JOIN audience z ON z.id = a.base_id
      LEFT JOIN annotation p ON p.document_id = a.document_id AND p.id = a.parent_id
      LEFT JOIN audience y ON y.group_id = a.group_id
            AND (y.id = p.audience_id OR y.id IN (SELECT w.audience_id FROM showing w
                  WHERE w.document_id = p.document_id AND w.annotation_id = p.id))
    UNION ALL
    SELECT 'showing of', w.annotation_id,
           CASE WHEN x.id IS NULL THEN 'has no audience'
                WHEN x.class = 2 THEN 'is nobody''s'
                WHEN x.group_id = a.group_id THEN 'is in its home'
                WHEN a.parent_id IS NOT NULL THEN 'is of a reply'
                WHEN w.author_id <> a.author_id THEN 'has another author'
                WHEN w.created_at <> a.created_at OR w.updated_at <> a.updated_at
                    THEN 'has other times'
                WHEN w.moderation NOT IN ('none', 'approved') AND x.class NOT IN (1, 4)
                    THEN 'is held back and seen'
                WHEN EXISTS (SELECT FROM showing o JOIN audience z ON z.id = o.audience_id
                        WHERE o.document_id = w.document_id AND o.annotation_id = w.annotation_id
                          AND z.group_id = x.group_id AND o.audience_id <> w.audience_id)
                    THEN 'is one of two in a group' END
      FROM showing w JOIN annotation a ON a.document_id = w.document_id AND a.id = w.annotation_id
      LEFT JOIN audience x ON x.id = w.audience_id
    UNION ALL
    SELECT 'reaction to', r.annotation_id,
           CASE WHEN x.group_id IS DISTINCT FROM a.group_id AND NOT EXISTS (
                        SELECT FROM showing w JOIN audience y ON y.id = w.audience_id
                         WHERE w.document_id = a.document_id AND w.annotation_id = a.id
                           AND y.group_id = x.group_id)
                THEN 'has an audience of another group' END
      FROM reaction r JOIN annotation a ON a.document_id = r.document_id AND a.id = r.annotation_id
      LEFT JOIN audience x ON x.id = r.audience_id
    UNION ALL
    SELECT 'document', d.id,
           CASE WHEN x.class <> 0 OR x.group_id <> d.group_id
                THEN 'has another audience than its home''s members' END
      FROM document d JOIN audience x ON x.id = d.audience_id
    UNION ALL
    SELECT 'listing of', l.document_id,
           CASE WHEN x.class <> 0 OR x.group_id <> l.group_id
                THEN 'has another audience than the group''s members' END
      FROM listing l JOIN audience x ON x.id = l.audience_id
    UNION ALL
    SELECT 'group', g.id,
           CASE WHEN (SELECT count(*) FROM audience x WHERE x.group_id = g.id AND x.class < 3) <> 3
                THEN 'lacks an audience' END
      FROM groups g
) q
 WHERE q.fault IS NOT NULL
 ORDER BY q.what, q.id;
