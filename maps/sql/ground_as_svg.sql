-- The ground inside a frame as SVG path data, one row a layer. Everything is cut to the frame, brought to the units of
-- the drawing, counted from its upper left corner, and simplified to one unit; ST_AsSVG turns the y axis downwards.
-- Clipping comes before any other work: a river or a motorway may run far outside the frame.
WITH frame AS (
    SELECT box, ST_Transform(box, 4326) AS box_4326
      FROM (SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857) AS box) made
), classes AS (
    SELECT * FROM unnest(%(highways)s::text[], %(classes)s::text[]) AS listed (highway, class)
), shapes AS (
    SELECT coalesce(classes.class, %(path_class)s) AS layer, street.course AS shape, 1 AS dimension
      FROM geo_street street
      LEFT JOIN classes USING (highway), frame
     WHERE street.commune_id = %(commune)s AND street.course && frame.box_4326
     UNION ALL
    SELECT CASE WHEN land.kind = 'water' AND ST_Dimension(land.shape) = 1 THEN 'water_line' ELSE land.kind END,
           land.shape, ST_Dimension(land.shape)
      FROM geo_landfeature land, frame
     WHERE land.commune_id = %(commune)s AND land.shape && frame.box_4326
       AND (land.kind <> 'green' OR ST_Dimension(land.shape) = 2)
     UNION ALL
    SELECT 'building', building.outline, 2
      FROM geo_building building, frame
     WHERE building.commune_id = %(commune)s AND building.outline && frame.box_4326
), drawn AS (
    SELECT layer, dimension,
           ST_TransScale(ST_ClipByBox2D(ST_Transform(shape, 3857), box),
                         -%(west)s, -%(north)s, %(units_per_metre)s, %(units_per_metre)s) AS shape
      FROM shapes, frame
), kept AS (
    SELECT layer, CASE WHEN layer = 'building' THEN shape ELSE ST_Simplify(shape, 1, true) END AS shape
      FROM drawn
     WHERE NOT ST_IsEmpty(shape)
       AND (layer <> 'building' OR ST_Area(shape) >= %(least_building)s)
)
SELECT layer, string_agg(ST_AsSVG(shape, 1, 0), ' ')
  FROM kept
 WHERE NOT ST_IsEmpty(shape)
 GROUP BY layer
