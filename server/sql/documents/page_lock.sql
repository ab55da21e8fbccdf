-- Two who write about the same page at once wait for each other here, in a statement of its own, so
-- that the next one sees what the first has made.
-- $1 uri text
SELECT pg_advisory_xact_lock(hashtextextended('gloss page ' || $1, 0));
