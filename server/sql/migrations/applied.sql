-- The steps that this database has had, in order.
SELECT number, name, sha256 FROM gloss.migration ORDER BY number
