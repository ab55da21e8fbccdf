-- What the server runs as: it owns nothing and has the rights that migrate grants.
CREATE ROLE gloss LOGIN
