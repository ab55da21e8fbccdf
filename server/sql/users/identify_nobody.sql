-- What may be read without signing in.
SELECT reads_of(uuid '00000000-0000-0000-0000-000000000000') AS reads
