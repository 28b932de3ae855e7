-- What has come to somebody: messages sent to the sectors where they are référents, and to those where they are
-- vigilants once one of its référents has relayed them. Read past the walls, since a sector of a message is shown
-- through the message and not the other way about.
CREATE FUNCTION walls.bulletins_received() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(DISTINCT bulletin.id), '{}')
      FROM public.sectors_bulletin bulletin
      JOIN public.sectors_bulletinsector addressed ON addressed.bulletin_id = bulletin.id
     WHERE bulletin.sent_at IS NOT NULL
       AND bulletin.commune_id = walls.commune()
       AND (
               addressed.sector_id = ANY (walls.sectors('referent'))
               OR (
                   addressed.sector_id = ANY (walls.sectors('vigilant'))
                   AND EXISTS (
                       SELECT FROM public.sectors_bulletinrelay relay
                        WHERE relay.bulletin_id = bulletin.id AND relay.sector_id = addressed.sector_id
                   )
               )
           )
$$;

-- How many référents each sector of the commune has today, for police who choose whom to write to; never who.
CREATE FUNCTION walls.referents_by_sector() RETURNS TABLE (sector_id bigint, referents integer)
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

REVOKE ALL ON FUNCTION walls.bulletins_received(), walls.referents_by_sector() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.bulletins_received(), walls.referents_by_sector() TO ronde_web;
