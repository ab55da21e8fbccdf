-- Owns the schema; migrations run as this role.
CREATE ROLE gloss_owner LOGIN
