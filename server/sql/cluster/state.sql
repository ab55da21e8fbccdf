-- What the private cluster has of what gloss needs in it.
SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'gloss_owner') AS has_owner,
       EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'gloss') AS has_server,
       EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = 'gloss') AS has_database
