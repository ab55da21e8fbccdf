-- idempotency/keep for several things that are made in one transaction, a key each.
-- $1 user uuid, $2 operation text; in the same order: $3 keys text[], $4 request hashes text[] (in base
-- 16), $5 objects uuid[] (to be made), $6 documents uuid[]
-- Refuses: key-used (one of them).
WITH kept AS (
    INSERT INTO idempotency_key AS k
        (user_id, key, request_hash, operation, object_id, document_id, status, created_at)
    SELECT $1::uuid, a.key, decode(a.hash, 'hex'), $2::text, a.object_id, a.document_id, 201,
           clock_timestamp()
      FROM unnest($3::text[], $4::text[], $5::uuid[], $6::uuid[])
        AS a (key, hash, object_id, document_id)
     ORDER BY a.key
        ON CONFLICT ON CONSTRAINT idempotency_key_pkey DO UPDATE
       SET request_hash = excluded.request_hash, operation = excluded.operation,
           object_id = excluded.object_id, document_id = excluded.document_id,
           status = excluded.status, created_at = excluded.created_at
     WHERE k.created_at < excluded.created_at - interval '24 hours'
    RETURNING 1
)
SELECT (SELECT count(*) FROM kept) = cardinality($3::text[]) OR refuse('key-used') AS kept;
