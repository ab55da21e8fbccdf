-- One process migrates at a time; the others wait here. Released when the connection ends.
SELECT pg_advisory_lock(1735159667)
