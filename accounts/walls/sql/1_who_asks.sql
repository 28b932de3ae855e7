-- Who asks, read back by row-level security. accounts/scope.py says it for the length of a transaction; afterwards
-- these settings are '' and not NULL, which NULLIF makes one and the same: nobody.
-- The functions are used in policies as (SELECT walls.person()), so that they run once a query and not once a row.
CREATE SCHEMA IF NOT EXISTS walls;
GRANT USAGE ON SCHEMA walls TO ronde_web, ronde_aggregates, ronde_worker;

-- The account of the person who is logged in, NULL for a visitor.
CREATE FUNCTION walls.person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('ronde.person', true), '')::bigint;

-- What they hold today: {"commune": …, "roles": […], "crews": […], "sectors": {role: […]}}.
CREATE FUNCTION walls.holdings() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('ronde.holdings', true), '')::jsonb;

CREATE FUNCTION walls.commune() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(walls.holdings() ->> 'commune', '');

CREATE FUNCTION walls.holds(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN COALESCE(walls.holdings() -> 'roles' ? role, false);

CREATE FUNCTION walls.is_police() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN COALESCE(walls.holdings() -> 'roles' ?| ARRAY['municipal_police', 'national_police'], false);

-- Whether they keep the accounts of the commune: administrator or DPO.
CREATE FUNCTION walls.is_keeper() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN COALESCE(walls.holdings() -> 'roles' ?| ARRAY['administrator', 'dpo'], false);

-- Their commune if they are police there, else NULL, which no row is of. The walls of the patrols are one within the
-- other, and every query plans them anew: in plpgsql, which the planner does not unfold, planning takes a third less.
CREATE FUNCTION walls.police_commune() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
DECLARE
    held CONSTANT jsonb := NULLIF(current_setting('ronde.holdings', true), '');
BEGIN
    IF held -> 'roles' ?| ARRAY['municipal_police', 'national_police'] THEN
        RETURN NULLIF(held ->> 'commune', '');
    END IF;
    RETURN NULL;
END
$$;

-- Sectors in which they hold a role.
CREATE FUNCTION walls.sectors(role text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN ARRAY(SELECT jsonb_array_elements_text(walls.holdings() -> 'sectors' -> role)::bigint);

CREATE FUNCTION walls.crews() RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN ARRAY(SELECT jsonb_array_elements_text(walls.holdings() -> 'crews')::bigint);

-- What a visitor says before anybody is known: the identifier typed at log-in, the account whose password was given
-- and whose second factor is awaited, the fingerprint of the one-time link or of the device's secret.
CREATE FUNCTION walls.claimed_login() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('ronde.claimed_login', true), '');

CREATE FUNCTION walls.claimed_account() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('ronde.claimed_account', true), '')::bigint;

CREATE FUNCTION walls.bearer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('ronde.bearer', true), '');

-- The declared job, NULL where there is none. Only policies for the worker and the owner ask for it: the web login
-- gains nothing by setting it.
CREATE FUNCTION walls.job() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN NULLIF(current_setting('ronde.job', true), '');

-- Whether we are inside a SECURITY DEFINER function: whoever acts is not whoever was logged in or became by SET ROLE.
-- A wall lets the owner read there; a function's own SET ronde.job would ask for a superuser.
CREATE FUNCTION walls.is_looking_past() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN current_user <> CASE current_setting('role') WHEN 'none' THEN session_user::text ELSE current_setting('role') END;

-- The day in the scheme, whatever the session's time zone.
CREATE FUNCTION walls.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
RETURN (now() AT TIME ZONE 'Europe/Paris')::date;
