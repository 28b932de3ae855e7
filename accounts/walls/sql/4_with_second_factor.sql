-- The accounts of the commune that have a second factor, for whoever keeps them (right account.mfa_state): who, and
-- nothing of the factor. In one reading for a list of accounts, where walls.second_factors asks once for each.
CREATE FUNCTION walls.with_second_factor() RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT factor.user_id
      FROM public.mfa_authenticator factor
      JOIN public.accounts_grant held ON held.account_id = factor.user_id
     WHERE walls.is_keeper()
       AND held.commune_id = walls.commune()
       AND factor.type IN ('totp', 'webauthn')
$$;

REVOKE ALL ON FUNCTION walls.with_second_factor() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.with_second_factor() TO ronde_web;
