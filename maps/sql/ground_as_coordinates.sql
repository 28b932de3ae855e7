-- The ground of a commune for a map on a screen: one row a layer, all its shapes in one collection of WGS 84 positions,
-- simplified to about a metre (a hundred-thousandth of a degree), buildings kept exact. Only buildings within a given
-- distance of the plan's courses and homes are taken: they are most of the weight, and one looks at them nowhere else.
WITH classes AS (
    SELECT * FROM unnest(%(highways)s::text[], %(classes)s::text[]) AS listed (highway, class)
), near AS (
    SELECT ST_Buffer(ST_Collect(place.shape)::geography, %(buildings_within_m)s)::geometry AS area
      FROM (SELECT leg.course AS shape
              FROM patrols_leg leg JOIN patrols_route route ON route.id = leg.route_id
             WHERE route.plan_id = %(plan)s
             UNION ALL
            SELECT absence.point
              FROM patrols_omission omission JOIN absences_absence absence ON absence.id = omission.absence_id
             WHERE omission.plan_id = %(plan)s
             UNION ALL
            SELECT absence.point
              FROM patrols_stop stop
              JOIN patrols_route route ON route.id = stop.route_id
              JOIN absences_absence absence ON absence.id = stop.absence_id
             WHERE route.plan_id = %(plan)s
           ) place
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
     UNION ALL
    SELECT 'building', building.outline
      FROM geo_building building, near
     WHERE building.commune_id = %(commune)s AND ST_Intersects(building.outline, near.area)
)
SELECT layer, ST_AsBinary(ST_Collect(ARRAY(
           SELECT part.geom FROM unnest(array_agg(shape)) AS whole, ST_Dump(whole) AS part
       )))
  FROM shapes
 WHERE NOT ST_IsEmpty(shape)
 GROUP BY layer
