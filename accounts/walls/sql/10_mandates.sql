-- Whether an account may hold a mandate of référent: it is in use, it is of the commune, and it holds and will hold no
-- role but those of a neighbour. Told to the municipal police, who appoint.
CREATE FUNCTION walls.may_be_referent(candidate bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(
               bool_or(held.commune_id = walls.commune())
               AND bool_and(held.role IN ('referent', 'vigilant') OR upper(held.valid) <= walls.today()),
               false
           )
      FROM public.accounts_grant held
      JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
     WHERE held.account_id = candidate
       AND walls.holds('municipal_police')
$$;

-- The account in use that an identifier names in the commune, and whether it may hold a mandate.
CREATE FUNCTION walls.candidate(identifier text) RETURNS TABLE (account_id bigint, may_be_referent boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT account.id, walls.may_be_referent(account.id)
      FROM public.accounts_account account
     WHERE account.login = identifier
       AND account.is_active
       AND walls.holds('municipal_police')
       AND EXISTS (
               SELECT FROM public.accounts_grant held
                WHERE held.account_id = account.id AND held.commune_id = walls.commune()
           )
$$;

REVOKE ALL ON FUNCTION walls.may_be_referent(bigint), walls.candidate(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.may_be_referent(bigint), walls.candidate(text) TO ronde_web;

-- A sector has two mandates on any day, whoever gives the role: the most that are held at once is reached on the first
-- day of one of them. The sector's row is locked, so that two who appoint at once are told apart.
CREATE FUNCTION walls.sector_has_two_mandates() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM public.sectors_sector sector WHERE sector.id = NEW.sector_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM public.accounts_grant held
          JOIN public.accounts_account account ON account.id = held.account_id AND account.is_active
          JOIN (
                   SELECT lower(other.valid) AS first_day
                     FROM public.accounts_grant other
                    WHERE other.role = 'referent' AND other.sector_id = NEW.sector_id
                    UNION SELECT lower(NEW.valid)
               ) AS begun ON NEW.valid @> begun.first_day AND held.valid @> begun.first_day
         WHERE held.role = 'referent' AND held.sector_id = NEW.sector_id
         GROUP BY begun.first_day
        HAVING count(*) >= 2
    )
    THEN
        RAISE EXCEPTION 'sector % has two mandates', NEW.sector_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sector_has_two_mandates', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END;
$$;

REVOKE ALL ON FUNCTION walls.sector_has_two_mandates() FROM PUBLIC;

CREATE TRIGGER sector_has_two_mandates BEFORE INSERT ON accounts_grant
    FOR EACH ROW WHEN (NEW.role = 'referent') EXECUTE FUNCTION walls.sector_has_two_mandates();

-- The site ends the role of a neighbour and never prolongs or moves it: a policy cannot compare a row with what it was.
CREATE FUNCTION walls.neighbours_roles_only_end() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_user = 'ronde_web' AND NOT (lower(NEW.valid) = lower(OLD.valid) AND NEW.valid <@ OLD.valid) THEN
        RAISE EXCEPTION 'the role of a neighbour is ended, and neither prolonged nor moved'
            USING ERRCODE = 'insufficient_privilege', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER neighbours_roles_only_end BEFORE UPDATE OF valid ON accounts_grant
    FOR EACH ROW WHEN (OLD.role IN ('referent', 'vigilant')) EXECUTE FUNCTION walls.neighbours_roles_only_end();
