-- The accounts of the commune of whoever keeps them, in one reading: walls.is_account_of_commune looks once for each
-- row, which a list of three thousand accounts pays three thousand times. It remains for an account that holds nothing
-- yet, and was made by this very statement.
CREATE FUNCTION walls.accounts_of_commune() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT held.account_id
      FROM public.accounts_grant held
     WHERE (SELECT walls.is_keeper())
       AND held.commune_id = (SELECT walls.commune())
$$;

REVOKE ALL ON FUNCTION walls.accounts_of_commune() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.accounts_of_commune() TO ronde_web;
