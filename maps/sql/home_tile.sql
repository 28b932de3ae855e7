-- One vector tile of the homes of homes_of_day.sql, and the keys of those it shows one by one. Further away than zoom 14
-- the homes of a cell of 64 pixels are one group: how many, how many due, and the most pressing state among them.
-- Coordinates are whole steps of the tile: 60 cm at zoom 14, 15 cm at zoom 16, the deepest that is asked for.
-- Parameters besides: z, x, y.
, placed AS (
    SELECT
        id, recency, due,
        array_position(ARRAY['anomaly', 'overdue', 'not-started', 'due', 'passed'], recency) AS rank,
        ST_AsMVTGeom(ST_Transform(point, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 0) AS geom
    FROM home
),
cell AS (
    SELECT
        count(*) AS homes,
        count(*) FILTER (WHERE due > 0) AS due,
        min(id) AS id,
        (array_agg(recency ORDER BY rank))[1] AS recency,
        ST_MakePoint(round(avg(ST_X(geom))), round(avg(ST_Y(geom)))) AS geom
    FROM placed
    WHERE geom IS NOT NULL
    GROUP BY CASE WHEN %(z)s < 14 THEN ARRAY[floor(ST_X(geom) / 512), floor(ST_Y(geom) / 512)] ELSE ARRAY[id] END
),
single AS (
    SELECT id, recency, due::integer, geom FROM cell WHERE homes = 1 ORDER BY id
),
grouped AS (
    SELECT homes::integer, due::integer, recency, geom FROM cell WHERE homes > 1
)
SELECT
    coalesce((SELECT ST_AsMVT(single, 'home', 4096, 'geom', 'id') FROM single), '')
    || coalesce((SELECT ST_AsMVT(grouped, 'group', 4096, 'geom') FROM grouped), ''),
    coalesce((SELECT array_agg(id) FROM single), '{}')
