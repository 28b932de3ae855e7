-- Who holds a mandate of référent in the commune, now or later: what is sealed of their name for the sector, the police
-- and those who keep accounts, and how they are reached for all of these but the DPO. It looks past the wall of the
-- identities, which shows each to its holder alone, and tells no account.
CREATE FUNCTION walls.referents()
RETURNS TABLE (
    mandate bigint, sector bigint, days daterange,
    id uuid, wrapped_key bytea, dies_in varchar, name bytea, phone bytea, email bytea
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    WITH asked AS (
        SELECT walls.is_police() OR walls.is_keeper() AS of_commune,
               walls.is_police() OR walls.holds('administrator') AS reaches_commune,
               walls.sectors('referent') || walls.sectors('vigilant') AS own
    )
    SELECT held.id, held.sector_id, held.valid,
           identity.id, identity.wrapped_key, identity.dies_in, identity.name,
           CASE WHEN asked.reaches_commune OR held.sector_id = ANY (asked.own) THEN identity.phone END,
           CASE WHEN asked.reaches_commune OR held.sector_id = ANY (asked.own) THEN identity.email END
      FROM asked
      JOIN public.accounts_grant held ON asked.of_commune OR held.sector_id = ANY (asked.own)
      JOIN public.accounts_account account ON account.id = held.account_id
      LEFT JOIN public.accounts_identity identity ON identity.account_id = account.id
     WHERE held.role = 'referent'
       AND (upper_inf(held.valid) OR upper(held.valid) > walls.today())
       AND held.commune_id = walls.commune()
       AND account.is_active
$$;

REVOKE ALL ON FUNCTION walls.referents() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.referents() TO ronde_web;
