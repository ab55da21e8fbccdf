-- Opens the readings for which the author of what was just written, published or approved has written
-- enough with it. Part of every batch that does so, behind the call that does.
-- $1 ids uuid[]
-- Answers how many were `opened`: rights have changed then.
SELECT open_counted($1::uuid[]) AS opened;
