-- What a crew may report on, read past the walls for the crews of whoever asks alone: the stops of their rounds of the
-- last seven days, with their homes and the hours of the shift. A passage that was done without a network is sent
-- after the shift, when the round itself is no longer shown. Keys and hours, nothing else.
CREATE FUNCTION walls.crew_stops_to_report()
RETURNS TABLE (stop_id bigint, absence_id bigint, crew_id bigint, starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT stop.id, stop.absence_id, shift.crew_id, shift.starts_at, shift.ends_at
      FROM public.patrols_stop stop
      JOIN public.patrols_route route ON route.id = stop.route_id
      JOIN public.patrols_shift shift ON shift.id = route.shift_id
      JOIN public.patrols_plan plan ON plan.id = route.plan_id
     WHERE shift.crew_id = ANY (walls.crews())
       AND plan.commune_id = walls.commune()
       AND plan.version IS NOT NULL
       AND now() >= shift.starts_at - interval '2 hours'
       AND now() < shift.ends_at + interval '7 days'
$$;

REVOKE ALL ON FUNCTION walls.crew_stops_to_report() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_stops_to_report() TO ronde_web;
