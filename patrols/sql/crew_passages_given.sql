-- What the crews of whoever asks did on their shift, while it is open to them, at homes that a later version of the plan
-- has taken from their round: they have been there, and may read what they noted. Keys, hour, result, address.
CREATE FUNCTION walls.crew_passages_given()
RETURNS TABLE (shift_id bigint, reference uuid, absence_id bigint, address_id bigint, done_at timestamptz, result text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT shift.id, origin.reference, home.id, home.address_id, done.done_at, done.result
      FROM public.patrols_shift shift
      JOIN public.patrols_passageorigin origin ON origin.crew_id = shift.crew_id
      JOIN public.patrols_passage done ON done.id = origin.passage_id
       AND done.done_at >= shift.starts_at - interval '2 hours'
      JOIN public.absences_absence home ON home.id = done.absence_id
     WHERE shift.id = ANY (walls.crew_shifts())
       AND home.id <> ALL (walls.crew_absences())
       AND EXISTS (
               SELECT FROM public.patrols_route round
                 JOIN public.patrols_plan plan ON plan.id = round.plan_id AND plan.version IS NOT NULL
                 JOIN public.patrols_stop stop ON stop.route_id = round.id AND stop.absence_id = home.id
                WHERE round.shift_id = shift.id
           )
       AND NOT EXISTS (
               SELECT FROM public.patrols_joinedpassage joined
                WHERE joined.passage_id = done.id AND NOT joined.is_parted
           )
$$;

REVOKE ALL ON FUNCTION walls.crew_passages_given() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_passages_given() TO ronde_web;
