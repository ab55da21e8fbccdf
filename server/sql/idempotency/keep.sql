-- Keeps a request's key; the first call of the batch that does what it asks for, so that the same
-- request sent again waits here for the first one. A key older than a day, and that of a job that
-- has failed, may be used anew.
-- $1 user uuid, $2 key text, $3 request_hash bytea, $4 operation text, $5 object uuid (to be made),
-- $6 document uuid or null, $7 status integer (of the answer)
-- Refuses: key-used (idempotency/find then says by what).
WITH kept AS (
    INSERT INTO idempotency_key AS k
        (user_id, key, request_hash, operation, object_id, document_id, status, created_at)
    VALUES ($1::uuid, $2::text, $3::bytea, $4::text, $5::uuid, $6::uuid, $7::integer, clock_timestamp())
        ON CONFLICT ON CONSTRAINT idempotency_key_pkey DO UPDATE
       SET request_hash = excluded.request_hash, operation = excluded.operation,
           object_id = excluded.object_id, document_id = excluded.document_id,
           status = excluded.status, created_at = excluded.created_at
     WHERE k.created_at < excluded.created_at - interval '24 hours'
        OR k.status = 202 AND job_has_failed(k.object_id)
    RETURNING 1
)
SELECT EXISTS (SELECT FROM kept) OR refuse('key-used') AS kept;
