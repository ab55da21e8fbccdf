-- The request that a key of this user's stands for.
-- $1 user uuid, $2 key text
SELECT request_hash, operation, object_id, document_id, status
  FROM idempotency_key
 WHERE user_id = $1 AND key = $2 AND created_at > now() - interval '24 hours';
