-- One setup code at a time: the next sees the admin that the one before made.
SELECT FROM server FOR UPDATE
