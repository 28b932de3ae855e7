-- The homes on a crew's round at which it has recorded an anomaly since its window opened, as its origin says; from then
-- on it may call the household and its trusted person. Takes the place of the one in absences/sql/crew_anomalies.sql.
CREATE OR REPLACE FUNCTION walls.crew_anomalies() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(DISTINCT stop.absence_id), '{}')
      FROM public.patrols_route route
      JOIN public.patrols_shift shift ON shift.id = route.shift_id
      JOIN public.patrols_stop stop ON stop.route_id = route.id
      JOIN public.patrols_passage passage ON passage.absence_id = stop.absence_id
      JOIN public.patrols_passageorigin origin ON origin.passage_id = passage.id AND origin.crew_id = shift.crew_id
     WHERE route.id = ANY (walls.crew_routes())
       AND passage.result = 'anomaly'
       AND passage.done_at >= shift.starts_at - interval '2 hours'
$$;
