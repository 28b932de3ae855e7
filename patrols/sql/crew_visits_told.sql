-- The visits of a crew's recent rounds that it told the desk by radio, read past the walls for the crews of whoever asks
-- alone: a phone that sends one of them later, also after the shift, tells it a second time. By each stop of the visit
-- (one shift, one home, its first or second passage), in whichever version of the plan; none that was joined before,
-- even if it was parted since. Keys, the hour, and whether the desk has corrected it.
CREATE FUNCTION walls.crew_visits_told()
RETURNS TABLE (stop_id bigint, passage_id bigint, done_at timestamptz, result text, is_amended boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT stop.id, told.id, told.done_at, told.result, told.amended_at IS NOT NULL
      FROM public.patrols_shift shift
      JOIN public.patrols_crew crew ON crew.id = shift.crew_id AND crew.commune_id = walls.commune()
      JOIN public.patrols_route round ON round.shift_id = shift.id
      JOIN public.patrols_stop noted ON noted.route_id = round.id
      JOIN public.patrols_passage told ON told.stop_id = noted.id AND told.clock = 'told'
      JOIN public.patrols_passageorigin origin ON origin.passage_id = told.id AND origin.crew_id = shift.crew_id
      JOIN public.patrols_route again ON again.shift_id = shift.id
      JOIN public.patrols_stop stop ON stop.route_id = again.id
       AND stop.absence_id = told.absence_id AND stop.visit_number = noted.visit_number
     WHERE shift.crew_id = ANY (walls.crews())
       AND now() >= shift.starts_at - interval '2 hours'
       AND now() < shift.ends_at + interval '7 days'
       AND NOT EXISTS (
               SELECT FROM public.patrols_joinedpassage joined WHERE told.id IN (joined.passage_id, joined.counts_as_id)
           )
$$;

REVOKE ALL ON FUNCTION walls.crew_visits_told() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_visits_told() TO ronde_web;
