-- Nobody gets in by default.
REVOKE ALL ON DATABASE gloss FROM PUBLIC
