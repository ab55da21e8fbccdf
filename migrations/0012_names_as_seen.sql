-- A mask may not be called as readers take another's name to be. Compared with all names there are, while
-- the group was locked, that took a second and more where there are some hundred thousand; the form that
-- is compared has indexes now. They are hashes: a name's form may be longer than a key of a tree.

SET LOCAL search_path TO gloss;

-- A name as readers take it to be: its case, width and spaces do not count, nor what is not seen, nor
-- which alphabet a letter of the same shape is from.
CREATE FUNCTION name_as_seen(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT translate(regexp_replace(lower(normalize(name, NFKC)),
               '[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f'
               '\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
               '', 'g'),
           '01авеіјкмнорстухѕԁԛԝһӏαεικνορτυχϲ', 'olabeijkmhopctyxsdqwhlaeikvoptuxc') $$;

CREATE INDEX users_name_as_seen ON users USING hash (name_as_seen(name));
CREATE INDEX users_display_name_as_seen ON users USING hash (name_as_seen(display_name));
CREATE INDEX mask_name_as_seen ON mask USING hash (name_as_seen(name));
