-- The course of each round of a plan as one GeoJSON line, six decimals, legs joined in the order they are driven.
-- ST_MakeLine keeps that order; ST_RemoveRepeatedPoints drops the points that two following legs share.
-- A crew that stays at its depot has no leg, or legs of a single point, and no line here.
SELECT route.id, ST_AsGeoJSON(joined.course, 6)
  FROM patrols_route route
 CROSS JOIN LATERAL (
       SELECT ST_RemoveRepeatedPoints(ST_MakeLine(leg.course ORDER BY leg."order")) AS course
         FROM patrols_leg leg
        WHERE leg.route_id = route.id
       ) joined
 WHERE route.plan_id = %s
   AND ST_Length(joined.course) > 0
