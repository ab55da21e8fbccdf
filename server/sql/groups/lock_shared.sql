-- Nobody changes a group's members or rules until the end of the transaction.
-- $1 group
SELECT FROM groups WHERE id = $1::uuid FOR SHARE
