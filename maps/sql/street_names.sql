-- Named streets inside a frame: for each name its longest unbroken line, in the units of the drawing with y downwards,
-- and the class that most of its length has.
WITH frame AS (
    SELECT box, ST_Transform(box, 4326) AS box_4326
      FROM (SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 3857) AS box) made
), classes AS (
    SELECT * FROM unnest(%(highways)s::text[], %(classes)s::text[]) AS listed (highway, class)
), pieces AS (
    SELECT street.name, coalesce(classes.class, %(path_class)s) AS class,
           ST_Scale(ST_TransScale(ST_ClipByBox2D(ST_Transform(street.course, 3857), frame.box),
                                  -%(west)s, -%(north)s, %(units_per_metre)s, %(units_per_metre)s), 1, -1) AS course
      FROM geo_street street
      LEFT JOIN classes USING (highway), frame
     WHERE street.commune_id = %(commune)s AND street.name <> '' AND street.course && frame.box_4326
), lines AS (
    SELECT name, mode() WITHIN GROUP (ORDER BY class) AS class, ST_LineMerge(ST_CollectionExtract(ST_Collect(course), 2)) AS merged
      FROM pieces
     WHERE NOT ST_IsEmpty(course)
     GROUP BY name
)
SELECT DISTINCT ON (name) name, class, ST_AsBinary(ST_Simplify(line.geom, 1))
  FROM lines, ST_Dump(merged) line
 WHERE ST_Length(line.geom) > 0
 ORDER BY name, ST_Length(line.geom) DESC
