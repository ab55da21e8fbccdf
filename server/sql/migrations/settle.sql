-- Puts the event log in order after a dump was restored into another cluster; else nothing.
SELECT gloss.settle_restored() AS restored
