-- Does every annotation with a place have one in the current revision, inside the text? A row is a fault.
SELECT 'annotation ' || q.annotation_id || ' ' || q.fault AS fault FROM (
    SELECT o.annotation_id, 'was not looked for in the current revision of its text' AS fault
      FROM (SELECT DISTINCT n.document_id, n.annotation_id FROM anchor n) o
      JOIN document d ON d.id = o.document_id AND d.kind = 'text'
     WHERE NOT EXISTS (SELECT FROM anchor n
                        WHERE n.document_id = o.document_id AND n.annotation_id = o.annotation_id
                          AND n.revision_id = d.current_revision_id)
    UNION ALL
    SELECT n.annotation_id, 'stands outside revision ' || n.revision_id
      FROM anchor n LEFT JOIN revision r ON r.document_id = n.document_id AND r.id = n.revision_id
     WHERE r.id IS NULL OR n.end_chars > r.chars
) q
 ORDER BY q.annotation_id, q.fault;
