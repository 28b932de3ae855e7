-- The buildings within a given distance of a plan's courses and homes, exact, in WGS 84: all those of a commune would be
-- most of a map's weight, and one looks at them nowhere else.
WITH near AS (
    SELECT ST_Buffer(ST_Collect(place.shape)::geography, %(within_m)s)::geometry AS area
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
)
SELECT ST_AsBinary(building.outline)
  FROM geo_building building, near
 WHERE building.commune_id = %(commune)s AND ST_Intersects(building.outline, near.area)
 ORDER BY building.id
