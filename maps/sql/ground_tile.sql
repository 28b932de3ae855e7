-- One vector tile of the public basemap: land, commune outline, buildings, streets, house numbers.
-- Parameters: z, x, y. Nothing here tells whether a home is vacant.
-- Below zoom 13 a tile keeps the streets that matter at that scale, merged by class and simplified to half a pixel.
WITH
tile AS (
    SELECT
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box,
        -- 64 of the 4,096 units on each side, so that lines and labels do not stop at the border of a tile
        ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096), 4326) AS reach,
        40075016.68 / 2 ^ %(z)s / 512 AS pixel_m,
        CASE WHEN %(z)s < 13 THEN 40075016.68 / 2 ^ %(z)s / 1024 ELSE 0 END AS tolerance_m
),
street_class (highway, class, first_zoom) AS (
    VALUES
        ('motorway', 'motorway', 7), ('motorway_link', 'motorway', 11),
        ('trunk', 'primary', 8), ('trunk_link', 'primary', 12),
        ('primary', 'primary', 9), ('primary_link', 'primary', 12),
        ('secondary', 'secondary', 10), ('secondary_link', 'secondary', 13),
        ('tertiary', 'tertiary', 11), ('tertiary_link', 'tertiary', 13),
        ('unclassified', 'minor', 12), ('residential', 'minor', 12), ('road', 'minor', 13),
        ('living_street', 'minor', 13), ('pedestrian', 'pedestrian', 13),
        ('service', 'service', 14), ('busway', 'service', 14), ('track', 'path', 14),
        ('footway', 'path', 14), ('path', 'path', 14), ('cycleway', 'path', 14),
        ('bridleway', 'path', 15), ('steps', 'path', 15), ('corridor', 'path', 17)
),
land AS (
    SELECT
        kind,
        CASE WHEN %(z)s >= 13 THEN nullif(name, '') END AS name,
        ST_AsMVTGeom(
            ST_SimplifyPreserveTopology(ST_Transform(shape, 3857), tolerance_m),
            box
        ) AS geom
    FROM geo_landfeature, tile
    WHERE shape && reach
        -- an area of fewer than four pixels does not inform
        AND (ST_Dimension(shape) < 2 OR ST_Area(ST_Transform(shape, 3857)) > 4 * pixel_m * pixel_m)
    ORDER BY kind, geo_landfeature.id
),
-- One point to write the name of an area on, in the tile that holds it, once the area is wide enough for words.
land_label AS (
    SELECT kind, name, ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(shape), 3857), box, 4096, 0) AS geom
    FROM geo_landfeature, tile
    WHERE %(z)s >= 12 AND name <> '' AND shape && reach
        AND ST_Dimension(shape) = 2 AND ST_Area(ST_Transform(shape, 3857)) > 6000 * pixel_m * pixel_m
    ORDER BY geo_landfeature.id
),
commune AS (
    SELECT name, ST_AsMVTGeom(ST_Boundary(ST_Transform(outline, 3857)), box) AS geom
    FROM geo_commune, tile
    WHERE outline && reach
),
building AS (
    SELECT ST_AsMVTGeom(ST_Transform(outline, 3857), box) AS geom
    FROM geo_building, tile
    WHERE %(z)s >= 15 AND outline && reach
    ORDER BY geo_building.id
),
street_piece AS (
    SELECT class, CASE WHEN %(z)s >= 13 THEN nullif(name, '') END AS name, ST_Transform(piece.geom, 3857) AS course
    FROM geo_street JOIN street_class USING (highway), tile, ST_Dump(course) AS piece
    WHERE %(z)s >= first_zoom AND course && reach
),
street AS (
    SELECT
        class,
        name,
        ST_AsMVTGeom(
            ST_Simplify(ST_LineMerge(ST_Collect(course)), (SELECT tolerance_m FROM tile), true),
            (SELECT box FROM tile)
        ) AS geom
    FROM street_piece
    GROUP BY class, name
    ORDER BY class, name
),
house_number AS (
    SELECT trim(house_number || ' ' || suffix) AS number, ST_AsMVTGeom(ST_Transform(point, 3857), box) AS geom
    FROM geo_address, tile
    WHERE %(z)s >= 17 AND house_number <> '' AND point && reach
    ORDER BY geo_address.id
)
SELECT
    coalesce((SELECT ST_AsMVT(land, 'land') FROM land WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(land_label, 'land_label') FROM land_label WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(commune, 'commune') FROM commune WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(building, 'building') FROM building WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(street, 'street') FROM street WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(house_number, 'house_number') FROM house_number WHERE geom IS NOT NULL), '');
