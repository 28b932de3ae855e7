-- The streets of a commune that resemble each of some typed texts, the nearest first: place of the text, name, score.
-- Parameters: texts, commune, streets (how many for each text).
-- The score is 1 for the very name; it weighs how well the text is found in the name against how much of it it is.
WITH asked AS (
    SELECT place, public.geo_searchable(text) AS searchable
    FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS typed (text, place)
)
SELECT asked.place, found.name, found.score
FROM asked
CROSS JOIN LATERAL (
    SELECT
        name,
        0.7 * word_similarity(public.geo_street_key(asked.searchable), street.key)
        + 0.3 * similarity(asked.searchable, street.searchable) AS score
    FROM geo_streetname AS street
    WHERE street.commune_id = %(commune)s AND street.key %%> public.geo_street_key(asked.searchable)
    ORDER BY street.searchable = asked.searchable DESC, score DESC, length(name), name
    LIMIT %(streets)s
) AS found
ORDER BY asked.place, found.score DESC;
