-- One page of a commune's perimeters as GeoJSON features, and how many match in all.
-- Parameters: commune, today (NULL for every version, else those in force that day), first_day, last_day (NULL where
-- open), west, south, east, north, box_srid (NULL without a box), number (NULL for all), key (NULL for all), srid,
-- digits, is_latitude_first, limit, offset.
WITH matched AS (
    SELECT perimeter.id, sector.number, sector.name, perimeter.valid, perimeter.area
      FROM sectors_perimeter AS perimeter
      JOIN sectors_sector AS sector ON sector.id = perimeter.sector_id
     WHERE sector.commune_id = %(commune)s
       AND (%(today)s::date IS NULL OR perimeter.valid @> %(today)s::date)
       AND perimeter.valid && daterange(%(first_day)s::date, %(last_day)s::date, '[]')
       AND (%(number)s::int IS NULL OR sector.number = %(number)s::int)
       AND (%(key)s::bigint IS NULL
            OR %(key)s::bigint = CASE WHEN %(today)s::date IS NULL THEN perimeter.id ELSE sector.number END)
       -- In the system of the box: a perimeter has its place in each, a box of any numbers may have none in degrees.
       AND (%(box_srid)s::int IS NULL
            OR ST_Intersects(
                   ST_Transform(perimeter.area, %(box_srid)s::int),
                   ST_MakeEnvelope(
                       %(west)s::float8, %(south)s::float8, %(east)s::float8, %(north)s::float8, %(box_srid)s::int
                   )
               ))
),
page AS (
    SELECT * FROM matched ORDER BY number, lower(valid) LIMIT %(limit)s OFFSET %(offset)s
),
drawn AS (
    SELECT page.*,
           ST_ForcePolygonCCW(ST_Transform(area, %(srid)s)) AS ground
      FROM page
)
SELECT (SELECT count(*) FROM matched) AS number_matched,
       COALESCE(
           json_agg(
               json_build_object(
                   'type', 'Feature',
                   'id', CASE WHEN %(today)s::date IS NULL THEN id ELSE number END,
                   'geometry', ST_AsGeoJSON(
                       CASE WHEN %(is_latitude_first)s THEN ST_FlipCoordinates(ground) ELSE ground END,
                       %(digits)s, 0
                   )::json,
                   'properties', json_build_object(
                       'numero', number,
                       'nom', name,
                       'en_vigueur_du', lower(valid),
                       'en_vigueur_au', upper(valid) - 1,
                       'superficie_m2', round(ST_Area(area::geography)::numeric)
                   )
               )
               ORDER BY number, lower(valid)
           ),
           '[]'
       )::text AS features
  FROM drawn;
