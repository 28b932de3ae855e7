-- The streets of a commune whose searchable name begins as a typed text: place of the text, name, score.
-- Parameters: texts, commune, streets.
SELECT asked.place, found.name, 0.5 AS score
FROM (
    SELECT place, public.geo_searchable(text) AS searchable
    FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS typed (text, place)
) AS asked
CROSS JOIN LATERAL (
    SELECT name
    FROM geo_streetname AS street
    WHERE street.commune_id = %(commune)s AND asked.searchable <> ''
        AND starts_with(street.searchable, asked.searchable)
    ORDER BY name
    LIMIT %(streets)s
) AS found
ORDER BY asked.place, found.name;
