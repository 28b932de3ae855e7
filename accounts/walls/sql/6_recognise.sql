-- What grants give without an enrolled device, as the walls read it: accounts.scope.describe says it the same way.
CREATE FUNCTION walls.describe(town text, grants jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
AS $$
BEGIN
    RETURN (
        SELECT jsonb_build_object(
                   'commune', town,
                   'roles', COALESCE(jsonb_agg(each.role), '[]'),
                   'crews', '[]'::jsonb,
                   'sectors', COALESCE(jsonb_object_agg(each.role, each.sectors), '{}')
               )
          FROM (
                   SELECT held ->> 0 AS role,
                          COALESCE(jsonb_agg(DISTINCT held -> 1) FILTER (WHERE held ->> 1 IS NOT NULL), '[]') AS sectors
                     FROM jsonb_array_elements(grants) AS held
                    WHERE held ->> 0 <> 'crew'
                    GROUP BY held ->> 0
                    ORDER BY held ->> 0
               ) AS each
    );
END
$$;

-- Who asks, in one round trip: the account of a session is claimed, read through its wall and, if it is in use, becomes
-- the person of this transaction with what it holds on that day in the site's commune. Nothing here looks past a wall.
-- In plpgsql, whose plans are kept as long as the connection: planned anew, these four readings cost four times more.
-- A crew's role waits for its enrolled device: accounts.scope says it once that is recognised.
CREATE FUNCTION walls.recognise(claimed bigint, site text, day date)
RETURNS TABLE (account public.accounts_account, town text, grants jsonb)
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM set_config('ronde.claimed_account', claimed::text, true);
    SELECT * INTO account FROM public.accounts_account AS kept WHERE kept.id = claimed;
    IF account.is_active IS NOT TRUE THEN
        RETURN;
    END IF;
    PERFORM set_config('ronde.person', claimed::text, true);
    -- The commune of the settings, else the only one there is.
    SELECT min(commune.insee_code) INTO town
      FROM public.geo_commune AS commune
     WHERE site = '' OR commune.insee_code = site
    HAVING count(*) = 1;
    SELECT COALESCE(jsonb_agg(jsonb_build_array(held.role, held.sector_id, held.crew_id) ORDER BY held.id), '[]')
      INTO grants
      FROM public.accounts_grant AS held
     WHERE held.account_id = claimed AND held.commune_id = town AND held.valid @> day;
    PERFORM set_config('ronde.holdings', walls.describe(COALESCE(town, ''), grants)::text, true);
    RETURN NEXT;
END
$$;

REVOKE ALL ON FUNCTION walls.describe(text, jsonb), walls.recognise(bigint, text, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.describe(text, jsonb), walls.recognise(bigint, text, date) TO ronde_web;
