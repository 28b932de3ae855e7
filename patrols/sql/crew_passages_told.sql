-- The passages of the last week that a crew told the desk by radio, by the identifiers that its phone was given with its
-- round: what it calls after an anomaly that was told follows them, also when it is sent after the shift. Keys alone.
CREATE FUNCTION walls.crew_passages_told() RETURNS TABLE (crew_id bigint, reference uuid, passage_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT origin.crew_id, origin.reference, told.id
      FROM public.patrols_passageorigin origin
      JOIN public.patrols_passage told ON told.id = origin.passage_id AND told.clock = 'told'
      JOIN public.patrols_crew crew ON crew.id = origin.crew_id AND crew.commune_id = walls.commune()
     WHERE origin.crew_id = ANY (walls.crews())
       AND told.recorded_at > now() - interval '7 days'
$$;

REVOKE ALL ON FUNCTION walls.crew_passages_told() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crew_passages_told() TO ronde_web;
