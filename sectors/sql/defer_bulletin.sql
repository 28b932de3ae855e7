-- Puts in the queue the notices of a message that police of the commune have just sent, and nothing else.
-- Procrastinate's own functions are the workers' alone.
CREATE FUNCTION walls.defer_bulletin(bulletin bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.sectors_bulletin sent
         WHERE sent.id = bulletin AND sent.sent_at IS NOT NULL
           AND sent.commune_id = walls.police_commune()
    ) THEN
        RETURN NULL;
    END IF;
    -- Procrastinate names its tables without their schema; what we set here ends with this function.
    PERFORM set_config('search_path', 'pg_catalog, public, pg_temp', true);
    SELECT ids[1] INTO job
      FROM public.procrastinate_defer_jobs_v1(ARRAY[ROW(
               'messages', 'sectors.tasks.tell_referents', 0, 'bulletin:' || bulletin, 'bulletin:' || bulletin,
               jsonb_build_object('bulletin', bulletin), NULL
           )::public.procrastinate_job_to_defer_v1]) AS ids;
    RETURN job;
END;
$$;
REVOKE ALL ON FUNCTION walls.defer_bulletin(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.defer_bulletin(bigint) TO ronde_web;
