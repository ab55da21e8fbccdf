-- One decision at a time.
-- $1 request
SELECT FROM join_request WHERE id = $1::uuid FOR UPDATE
