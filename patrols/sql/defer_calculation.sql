-- The one way in which the site puts a job in the queue: a calculation that police of its commune have just asked for.
-- Procrastinate's own functions are the workers' alone.
CREATE FUNCTION walls.defer_calculation(calculation bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.patrols_calculation asked
         WHERE asked.id = calculation AND asked.state = 'waiting'
           AND asked.commune_id = walls.police_commune()
    ) THEN
        RETURN NULL;
    END IF;
    -- Procrastinate names its tables without their schema; what we set here ends with this function.
    PERFORM set_config('search_path', 'pg_catalog, public, pg_temp', true);
    SELECT ids[1] INTO job
      FROM public.procrastinate_defer_jobs_v1(ARRAY[ROW(
               'planning', 'patrols.tasks.compute', 0, 'calculation:' || calculation, 'calculation:' || calculation,
               jsonb_build_object('calculation', calculation), NULL
           )::public.procrastinate_job_to_defer_v1]) AS ids;
    RETURN job;
END;
$$;
REVOKE ALL ON FUNCTION walls.defer_calculation(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.defer_calculation(bigint) TO ronde_web;
