-- As it was before plans were published: the round of the day's latest plan.
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
       AND NOT EXISTS (
               SELECT FROM public.patrols_plan later
                WHERE later.commune_id = plan.commune_id AND later.day = plan.day AND later.number > plan.number
           )
$$;
