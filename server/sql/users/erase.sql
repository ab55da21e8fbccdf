-- Ends one's account for good, and all that is one's own with it: erase_user().
-- $1 user uuid, $2 the password's hash that was verified
-- Refuses: not-found, stale (it was changed meanwhile), last-admin.
SELECT erase_user($1::uuid, $2::text);
