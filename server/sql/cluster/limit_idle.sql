-- A transaction that was left open must not hold its locks.
ALTER ROLE gloss SET idle_in_transaction_session_timeout = '5s'
