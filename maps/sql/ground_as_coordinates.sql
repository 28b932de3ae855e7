-- The ground of a commune for a map on a screen: one row a layer, all its shapes in one collection of WGS 84 positions,
-- simplified to about a metre (a hundred-thousandth of a degree), without buildings.
WITH classes AS (
    SELECT * FROM unnest(%(highways)s::text[], %(classes)s::text[]) AS listed (highway, class)
), shapes AS (
    SELECT coalesce(classes.class, %(path_class)s) AS layer, ST_Simplify(street.course, 0.00001) AS shape
      FROM geo_street street
      LEFT JOIN classes USING (highway)
     WHERE street.commune_id = %(commune)s
     UNION ALL
    SELECT CASE WHEN kind = 'water' AND ST_Dimension(shape) = 1 THEN 'water_line' ELSE kind END,
           ST_Simplify(shape, 0.00001)
      FROM geo_landfeature
     WHERE commune_id = %(commune)s AND ST_Dimension(shape) > 0
       AND (kind <> 'green' OR ST_Dimension(shape) = 2)
)
SELECT layer, ST_AsBinary(ST_Collect(ARRAY(
           SELECT part.geom FROM unnest(array_agg(shape)) AS whole, ST_Dump(whole) AS part
       )))
  FROM shapes
 WHERE NOT ST_IsEmpty(shape)
 GROUP BY layer
