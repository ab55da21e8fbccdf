-- One acceptance at a time.
-- $1 code
SELECT FROM invitation WHERE code = $1::text FOR UPDATE
