-- What a key was used for within the last day. A job that has failed did nothing with it.
-- $1 user uuid, $2 key text
SELECT k.request_hash, k.operation, k.object_id, k.document_id, k.status::integer AS status
  FROM idempotency_key k
 WHERE k.user_id = $1::uuid AND k.key = $2::text
   AND k.created_at >= clock_timestamp() - interval '24 hours'
   AND (k.status <> 202 OR NOT job_has_failed(k.object_id));
