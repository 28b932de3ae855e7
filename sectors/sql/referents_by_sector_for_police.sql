-- As before: for police alone, who choose whom to write to.
CREATE OR REPLACE FUNCTION walls.referents_by_sector() RETURNS TABLE (sector_id bigint, referents integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sector.id, count(DISTINCT account.id)::integer
      FROM public.sectors_sector sector
      LEFT JOIN public.accounts_grant held
             ON held.sector_id = sector.id AND held.role = 'referent' AND held.valid @> walls.today()
      LEFT JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
     WHERE sector.commune_id = walls.police_commune()
     GROUP BY sector.id
$$;
