-- Waiting for somebody else's row ends before a request does.
ALTER ROLE gloss SET lock_timeout = '1s'
