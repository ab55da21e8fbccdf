-- Holds a group still until the end of the transaction: one change of its members or its name at a
-- time, and what is written there waits. Goes before the statement that looks at roles.
-- $1 group
SELECT FROM groups WHERE id = $1::uuid FOR NO KEY UPDATE
