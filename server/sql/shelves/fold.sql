-- Folds into shelves what has been settled of the event log since the last time; housekeeping, every
-- few seconds, by whichever process comes first. What lies on a shelf is the same before and after. A
-- server where nothing happens writes nothing. After an import, or when no server ran, there may be more
-- than the statement's time would do: then a part, and the next part the next time.
-- Answers how many events were folded; no row when there are none or another process is at it.
WITH since AS MATERIALIZED (
    SELECT f.xid FROM fold f
     WHERE EXISTS (SELECT FROM event e WHERE e.xid >= f.xid) FOR UPDATE SKIP LOCKED
), upto AS MATERIALIZED (
    SELECT least(pg_snapshot_xmin(pg_current_snapshot()),
                 (SELECT e.xid FROM event e WHERE e.xid > (SELECT c.xid FROM since c)
                   ORDER BY e.xid, e.ordinal OFFSET 100000 LIMIT 1)) AS xid
), news AS (
    SELECT e.document_id, e.audience_id, e.holder_id, sum(e.delta)::integer AS n, count(*) AS version
      FROM since c, upto u, event e
     WHERE e.xid >= c.xid AND e.xid < u.xid AND e.audience_id IS NOT NULL
     GROUP BY e.document_id, e.audience_id, e.holder_id
), put AS (
    INSERT INTO shelf AS s (document_id, audience_id, holder_id, n, version)
    SELECT n.document_id, n.audience_id, n.holder_id, n.n, n.version FROM news n
        ON CONFLICT ON CONSTRAINT shelf_pkey DO UPDATE
       SET n = s.n + excluded.n, version = s.version + excluded.version
)
UPDATE fold f SET xid = u.xid FROM since c, upto u WHERE u.xid > c.xid
RETURNING (SELECT coalesce(sum(n.version), 0)::bigint FROM news n) AS events;
