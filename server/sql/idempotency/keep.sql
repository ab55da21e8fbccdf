-- Keeps a key; the first statement of the write that it stands for, so that the same request sent
-- twice at once waits here. Refuses with in-progress when the other one has done it; a key of a day
-- ago may be used again.
-- $1 user uuid, $2 key text, $3 request hash bytea, $4 operation text, $5 object uuid, $6 its document
-- uuid or null, $7 status of the answer integer
WITH kept AS (
    INSERT INTO idempotency_key AS k
           (user_id, key, request_hash, operation, object_id, document_id, status)
    VALUES ($1, $2, $3, $4, $5, $6, $7::integer)
    ON CONFLICT (user_id, key) DO UPDATE
       SET request_hash = excluded.request_hash, operation = excluded.operation,
           object_id = excluded.object_id, document_id = excluded.document_id,
           status = excluded.status, created_at = now()
     WHERE k.created_at <= now() - interval '24 hours'
    RETURNING 1
)
SELECT CASE WHEN EXISTS (SELECT FROM kept) THEN true ELSE refuse('in-progress') END;
