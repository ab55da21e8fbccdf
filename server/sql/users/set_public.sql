-- Says whether Everyone may be read without signing in; a trigger renews nobody's pass.
-- $1 public boolean
UPDATE server SET public = $1 WHERE public <> $1;
