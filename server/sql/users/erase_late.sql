-- Empties what erased users wrote while their account ended; housekeeping. Answers how many rows.
SELECT coalesce(erase_late_words(), 0)::integer AS words;
