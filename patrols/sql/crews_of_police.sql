-- The crews of the commune, for police there. Looked up once a query, past the wall of the crews: theirs within that
-- of the shifts was planned anew for every query that joins a shift.
CREATE FUNCTION walls.crews_of_police() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(SELECT crew.id FROM public.patrols_crew AS crew WHERE crew.commune_id = walls.police_commune());
END
$$;

-- The commune whose crews one sees by name: that of police, crews and keepers. Else NULL, which no row is of.
CREATE FUNCTION walls.commune_of_crews() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
    IF walls.is_police() OR walls.is_keeper() OR walls.holds('crew') THEN
        RETURN walls.commune();
    END IF;
    RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION walls.crews_of_police(), walls.commune_of_crews() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.crews_of_police(), walls.commune_of_crews() TO ronde_web;
