-- One vector tile of a commune's sectors whose perimeter is in force on a day, and one point each to write the name on.
-- Parameters: z, x, y, day, commune.
WITH
tile AS (
    SELECT
        ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS box,
        ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => 64.0 / 4096), 4326) AS reach
),
in_force AS (
    SELECT sector.id, sector.number, sector.name, perimeter.area
    FROM sectors_perimeter AS perimeter
    JOIN sectors_sector AS sector ON sector.id = perimeter.sector_id, tile
    WHERE perimeter.valid @> %(day)s::date AND perimeter.area && reach AND sector.commune_id = %(commune)s
    ORDER BY sector.id
),
sector AS (
    SELECT id, number, name, ST_AsMVTGeom(ST_Transform(area, 3857), box) AS geom
    FROM in_force, tile
),
-- The outline of a clipped area would follow the sides of the tile; the border is clipped as a line instead.
border AS (
    SELECT id, ST_AsMVTGeom(ST_Boundary(ST_Transform(area, 3857)), box) AS geom
    FROM in_force, tile
),
label AS (
    SELECT number, name, ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(area), 3857), box, 4096, 0) AS geom
    FROM in_force, tile
)
SELECT
    coalesce((SELECT ST_AsMVT(sector, 'sector', 4096, 'geom', 'id') FROM sector WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(border, 'sector_border') FROM border WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(label, 'sector_label') FROM label WHERE geom IS NOT NULL), '');
