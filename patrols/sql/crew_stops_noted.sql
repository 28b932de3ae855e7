-- At which visit the crews of whoever asks noted their passages, while their shift is open to them: the stops of its
-- earlier published rounds, which no wall shows them, at the homes of the round that they have. Keys and numbers alone.
CREATE FUNCTION walls.crew_stops_noted() RETURNS TABLE (stop_id bigint, shift_id bigint, visit_number integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT noted.id, round.shift_id, noted.visit_number::integer
      FROM public.patrols_route round
      JOIN public.patrols_stop noted ON noted.route_id = round.id
     WHERE round.shift_id = ANY (walls.crew_shifts())
       AND round.id <> ALL (walls.crew_routes())
       AND noted.absence_id = ANY (walls.crew_absences())
       AND EXISTS (SELECT FROM public.patrols_passage done WHERE done.stop_id = noted.id)
$$;

REVOKE ALL ON FUNCTION walls.crew_stops_noted() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_stops_noted() TO ronde_web, ronde_worker;
