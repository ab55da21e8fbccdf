-- Names that look alike, in rarer letters too: a letter is the one of ASCII that Unicode's table of what
-- readers confuse (UTS 39, confusables, version 15.0) says it looks like, itself or its capital.

SET LOCAL search_path TO gloss;

DROP INDEX users_name_as_seen, users_display_name_as_seen, mask_name_as_seen;

-- A name as readers take it to be: its case, width and spaces do not count, nor what is not seen, nor
-- which alphabet a letter of the same shape is from; r and n beside each other are an m.
CREATE OR REPLACE FUNCTION name_as_seen(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT replace(translate(regexp_replace(lower(normalize(name, NFKC)),
               '[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f'
               '\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff]',
               '', 'g'),
           U&'ƨϩᒿꙅꛯꝛ' ||
           U&'ȝɜʒзӡⳍꝫ\+0118CA\+016F3B\+01D206' ||
           U&'ꮞ\+0118CF' ||
           U&'\+0118DB' ||
           U&'бⳓꮾ\+0118D5' ||
           U&'\+0104FA\+0118C6\+01D212' ||
           U&'ȣ৪੪\0B03\+01031A\+01E8CB' ||
           U&'৭੧୨൭ⳋꝯ\+0118CC\+0118D6' ||
           U&'ɑαаᗅ⍺ꓮꭺ\+0102A0\+016F40' ||
           U&'ƅβвьᏼᑲᖯᗷꓐꞵꮟ\+010282\+0102A1\+010301' ||
           U&'ςϲсᴄⲥꓚꮯ\+0102A2\+010302\+01043D\+01051C\+0118E9\+0118F2\+01F74C' ||
           U&'ԁᑯᗞᗪꓒꓓꭰꮷ' ||
           U&'εеҽ℮⋿ⴹꓰꬲꭼ\+010286\+0118CE' ||
           U&'ϝքᖴẝꓝꞙꬵ\+010287\+0102A5\+010525\+0118C2\+01D213' ||
           U&'ƍɡԍցᏻᶃꓖꮐ' ||
           U&'ηнһհᕼⲏꓧꮋꮒ\+0102CF' ||
           U&'ıɩɪιі⍳ꙇꭵ\+0118C3' ||
           U&'ʝϳјᒍꓙꭻ' ||
           U&'κкᛕⲕꓗꮶ\+010518' ||
           U&'1ǀӏ\05C0\05D5\05DF\0627\0661۱\07CAᒪᛁ∣⏽│ⲓⳑⵏꓡꓲꮮ\+01028A\+010309\+010320\+010443\+010526'
           '\+0118D2\+016F16\+016F28\+01D22A\+01E8C7' ||
           U&'μϻмᗰᛖⲙꓟꮇ\+0102B0\+010311\+011700\+0118E3' ||
           U&'ոռⲛꓠ\+010513' ||
           U&'0οσоօ\05E1\0647\0665\06BE\06C1\06D5۵\07C0०০੦૦ଠ୦௦\0C02౦\0C82೦\0D02ഠ൦\0D82๐໐ဝ၀ჿዐᴏᴑⲟⵔ〇ꓳꬽ'
           '\+010292\+0102AB\+01042C\+0104EA\+010516\+0114D0\+0118C8\+0118D7\+0118E0' ||
           U&'ρрᑭ⍴ⲣꓑꮲ\+010295' ||
           U&'ԛգզⵕ' ||
           U&'ʀгᖇᴦⲅꓣꭇꭈꭱꮁꮢ\+0104DC\+016F35\+01D216' ||
           U&'ƽѕտꓢꜱꮥꮪ\+010296\+010448\+0118C1\+016F3A' ||
           U&'τт⊤⟙ⲧꓔꭲ\+010297\+0102B1\+010315\+016F0A\+01F768' ||
           U&'ʋυսሀᑌᴜ∪⋃ꓴꞟꭎꭒ\+0104F6\+0118D8\+016F42' ||
           U&'νѵ\05D8\0667۷ᐯᴠ∨⋁ⴸꓦꛟꮩ\+01051D\+011706\+0118C0\+016F08\+01D20D' ||
           U&'ɯѡԝաᴡꓪꮃꮤ\+01170A\+01170E\+01170F\+0118E6\+0118EF' ||
           U&'×χхᕁᕽ᙭᙮ᚷ╳⤫⤬⨯ⲭⵝꓫꭓ\+010290\+0102B4\+010317\+010322\+010527\+0118EC' ||
           U&'ɣʏγуүყᶌỿⲩꓬꭚꭹꮍ\+0102B2\+0118DC\+016F43' ||
           U&'ζᴢꓜꮓ\+0102F5\+0118C4\+0118C9\+0118E5',
           repeat('2', 6) || repeat('3', 10) || repeat('4', 2) || '5' || repeat('6', 4) ||
           repeat('7', 3) || repeat('8', 6) || repeat('9', 8) || repeat('a', 9) ||
           repeat('b', 14) || repeat('c', 14) || repeat('d', 8) || repeat('e', 11) ||
           repeat('f', 12) || repeat('g', 8) || repeat('h', 10) || repeat('i', 9) ||
           repeat('j', 6) || repeat('k', 7) || repeat('l', 31) || repeat('m', 12) ||
           repeat('n', 5) || repeat('o', 50) || repeat('p', 8) || repeat('q', 4) ||
           repeat('r', 14) || repeat('s', 11) || repeat('t', 12) || repeat('u', 15) ||
           repeat('v', 18) || repeat('w', 13) || repeat('x', 22) || repeat('y', 16) ||
           repeat('z', 8)), 'rn', 'm') $$;

CREATE INDEX users_name_as_seen ON users USING hash (name_as_seen(name));
CREATE INDEX users_display_name_as_seen ON users USING hash (name_as_seen(display_name));
CREATE INDEX mask_name_as_seen ON mask USING hash (name_as_seen(name));
