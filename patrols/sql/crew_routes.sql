-- What a crew has to drive: its round in the latest published plan that has one for its shift, from two hours before
-- the shift to its end. A draft is nobody's order; a version for the crews of one service takes nothing from the other's.
CREATE OR REPLACE FUNCTION walls.crew_routes() RETURNS bigint[]
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
       AND plan.version IS NOT NULL
       AND NOT EXISTS (
               SELECT FROM public.patrols_route again
                 JOIN public.patrols_plan later ON later.id = again.plan_id
                WHERE again.shift_id = route.shift_id AND later.version > plan.version
           )
$$;
