-- What one publication of a document's drafts made visible, for a request that is sent again.
-- $1 author uuid, $2 document uuid, $3 uuid of the publication
SELECT e.subject_id AS id
  FROM event p JOIN event e ON e.document_id = p.document_id AND e.xid = p.xid
 WHERE p.document_id = $2::uuid AND p.kind = 'drafts.published' AND p.subject_id = $3::uuid
   AND p.actor_id = $1::uuid AND e.kind = 'annotation.entered' AND e.actor_id = $1::uuid
 ORDER BY e.subject_id;
