-- Undoes the transaction whose last call it is: all that it asked has then been tried, rule and all,
-- and nothing of it stays.
-- Refuses: undone, always.
SELECT refuse('undone');
