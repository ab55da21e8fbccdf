-- The same, and no text comes in either.
-- $1 group
SELECT FROM groups WHERE id = $1::uuid FOR UPDATE
