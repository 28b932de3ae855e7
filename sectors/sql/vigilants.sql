-- The sector of the open registration whose link the visitor holds; the walls of accounts, roles and pseudonyms ask it.
CREATE FUNCTION walls.open_registration() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT handed.sector_id
      FROM public.sectors_registration handed
     WHERE handed.token_sha256 = walls.bearer()
       AND handed.used_at IS NULL
       AND handed.revoked_at IS NULL
       AND handed.expires_at > now()
$$;

-- How many vigilants each sector of the commune has today: for the police, those who keep accounts, and in one's own
-- sector. Never who.
CREATE FUNCTION walls.vigilants_by_sector() RETURNS TABLE (sector_id bigint, vigilants integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT held.sector_id, count(DISTINCT account.id)::integer
      FROM public.accounts_grant held
      JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
     WHERE held.role = 'vigilant'
       AND held.valid @> walls.today()
       AND held.commune_id = walls.commune()
       AND (
               walls.is_police() OR walls.is_keeper()
               OR held.sector_id = ANY (walls.sectors('referent') || walls.sectors('vigilant'))
           )
     GROUP BY held.sector_id
$$;

-- Under which pseudonyms the vigilants of one's own sector are known, for its référents: a mark for whoever has not
-- chosen one. The role that it tells may be ended; it tells no account.
CREATE FUNCTION walls.pseudonyms() RETURNS TABLE (held bigint, sector bigint, days daterange, pseudonym varchar)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT role.id, role.sector_id, role.valid, chosen.text
      FROM public.accounts_grant role
      JOIN public.accounts_account account ON account.id = role.account_id AND account.is_active
      LEFT JOIN public.sectors_pseudonym chosen
             ON chosen.account_id = role.account_id AND chosen.sector_id = role.sector_id
     WHERE role.role = 'vigilant'
       AND role.valid @> walls.today()
       AND role.commune_id = walls.commune()
       AND role.sector_id = ANY (walls.sectors('referent'))
$$;

-- What is sealed of the vigilants of the commune, for the administrator, to whom the site tells initials of it.
CREATE FUNCTION walls.vigilants_masked()
RETURNS TABLE (sector bigint, id uuid, wrapped_key bytea, dies_in varchar, name bytea, phone bytea, email bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT held.sector_id, identity.id, identity.wrapped_key, identity.dies_in, identity.name, identity.phone,
           identity.email
      FROM public.accounts_grant held
      JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
      JOIN public.accounts_identity identity ON identity.account_id = account.id
     WHERE held.role = 'vigilant'
       AND held.valid @> walls.today()
       AND held.commune_id = walls.commune()
       AND walls.holds('administrator')
$$;

REVOKE ALL ON FUNCTION
    walls.open_registration(), walls.vigilants_by_sector(), walls.pseudonyms(), walls.vigilants_masked()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    walls.open_registration(), walls.vigilants_by_sector(), walls.pseudonyms(), walls.vigilants_masked()
    TO ronde_web;
