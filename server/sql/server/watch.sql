-- For /metrics: when this PostgreSQL started, and how much of the event log is not folded yet
-- (counted up to 10,000), with the age of the first of it in microseconds.
SELECT pg_postmaster_start_time() AS started,
       (SELECT count(*) FROM (SELECT FROM event e, fold f WHERE e.xid >= f.xid LIMIT 10000) AS few)::integer AS unfolded,
       (SELECT greatest(0, extract(epoch FROM clock_timestamp() - e.at) * 1000000)::bigint
          FROM event e, fold f WHERE e.xid >= f.xid ORDER BY e.xid, e.ordinal LIMIT 1) AS unfolded_us;
