-- Accounts, as those who keep them see them. These functions look past the walls: they run as the owner, have a fixed
-- search_path, and answer nothing that the caller's roles do not allow.

-- Whether an account belongs to the commune of whoever asks: it holds or held a role there, or none anywhere yet (it
-- is being created).
CREATE FUNCTION walls.is_account_of_commune(account bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(bool_or(held.commune_id = walls.commune()), walls.commune() IS NOT NULL)
      FROM public.accounts_grant held
     WHERE held.account_id = account
$$;

-- The kinds of second factor of an account of the commune and when they were made and used, never their secret
-- (right account.mfa_state): for its owner, the administrator and the DPO.
CREATE FUNCTION walls.second_factors(account bigint)
RETURNS TABLE (kind text, created_at timestamptz, last_used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT factor.type, factor.created_at, factor.last_used_at
      FROM public.mfa_authenticator factor
     WHERE factor.user_id = account
       AND (account = walls.person() OR (walls.is_keeper() AND walls.is_account_of_commune(account)))
     ORDER BY factor.id
$$;

REVOKE ALL ON FUNCTION walls.is_account_of_commune(bigint), walls.second_factors(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.is_account_of_commune(bigint), walls.second_factors(bigint) TO ronde_web;

-- Who keeps accounts may close them, and gives nobody a password: a policy cannot compare a row with what it was.
CREATE FUNCTION walls.keep_password_to_its_owner() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_user = 'ronde_web' AND OLD.id IS DISTINCT FROM walls.person() AND OLD.login IS DISTINCT FROM walls.claimed_login()
    THEN
        RAISE EXCEPTION 'the password and the identifier of an account are changed by its owner alone'
            USING ERRCODE = 'insufficient_privilege', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER password_is_its_owners BEFORE UPDATE ON accounts_account
    FOR EACH ROW WHEN (OLD.password IS DISTINCT FROM NEW.password OR OLD.login IS DISTINCT FROM NEW.login)
    EXECUTE FUNCTION walls.keep_password_to_its_owner();
