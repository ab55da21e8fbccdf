-- Opens what is due, a few readings at a time.
SELECT reveal_due(50) AS opened;
