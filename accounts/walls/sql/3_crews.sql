-- A crew sees its own round of the day's latest plan, from two hours before the shift to its end, and what derives
-- from it. Read past the walls, since a plan is shown to a crew through its round and not the other way about.
CREATE FUNCTION walls.crew_routes() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(route.id), '{}')
      FROM public.patrols_route route
      JOIN public.patrols_shift shift ON shift.id = route.shift_id
      JOIN public.patrols_plan plan ON plan.id = route.plan_id
     WHERE shift.crew_id = ANY (walls.crews())
       AND now() >= shift.starts_at - interval '2 hours'
       AND now() < shift.ends_at
       AND plan.commune_id = walls.commune()
       AND NOT EXISTS (
               SELECT FROM public.patrols_plan later
                WHERE later.commune_id = plan.commune_id AND later.day = plan.day AND later.number > plan.number
           )
$$;

CREATE FUNCTION walls.crew_plans() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(DISTINCT route.plan_id), '{}')
      FROM public.patrols_route route
     WHERE route.id = ANY (walls.crew_routes())
$$;

CREATE FUNCTION walls.crew_shifts() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(shift.id), '{}')
      FROM public.patrols_shift shift
      JOIN public.patrols_crew crew ON crew.id = shift.crew_id
     WHERE shift.crew_id = ANY (walls.crews())
       AND crew.commune_id = walls.commune()
       AND now() >= shift.starts_at - interval '2 hours'
       AND now() < shift.ends_at
$$;

-- The homes at the stops of that round.
CREATE FUNCTION walls.crew_absences() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(DISTINCT stop.absence_id), '{}')
      FROM public.patrols_stop stop
     WHERE stop.route_id = ANY (walls.crew_routes())
$$;

REVOKE ALL ON FUNCTION walls.crew_routes(), walls.crew_plans(), walls.crew_shifts(), walls.crew_absences() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_routes(), walls.crew_plans(), walls.crew_shifts(), walls.crew_absences()
    TO ronde_web;
