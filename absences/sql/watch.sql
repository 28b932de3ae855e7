-- The daily watch, past the walls and on behalf of whoever asks. A watcher never reads the record of a home: of one that
-- is entrusted to their chain today they are told the address and whether it was looked at, and no day of the absence.

-- The homes that are entrusted on a day: the consent covers it and was not revoked by then, and the home stands empty.
-- For the functions below alone.
CREATE FUNCTION walls.entrusted_on(asked date)
RETURNS TABLE (consent uuid, absence bigint, sector bigint, since date)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT given.id, home.id, given.sector_id, greatest(given.first_day, home.first_day)
      FROM public.absences_watchconsent given
      JOIN public.absences_absence home ON home.id = given.absence_id
     WHERE given.first_day <= asked AND given.last_day >= asked
       AND (given.revoked_at IS NULL OR (given.revoked_at AT TIME ZONE 'Europe/Paris')::date > asked)
       AND home.first_day <= asked AND home.last_day >= asked
       AND (home.returned_on IS NULL OR home.returned_on > asked)
       AND (home.cancelled_at IS NULL OR (home.cancelled_at AT TIME ZONE 'Europe/Paris')::date > asked)
$$;

-- The sectors in whose chain whoever asks watches.
CREATE FUNCTION walls.watch_sectors() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT COALESCE(array_agg(held.sector_id), '{}')
      FROM public.absences_watcher watcher
      JOIN public.accounts_grant held ON held.id = watcher.role_id
     WHERE held.account_id = walls.person()
       AND held.sector_id = ANY (walls.sectors('vigilant'))
       AND held.valid @> walls.today()
$$;

-- The homes that a watcher looks at today.
CREATE FUNCTION walls.homes_to_watch()
RETURNS TABLE (consent uuid, sector bigint, since date, address bigint, missing_number varchar, is_looked_at boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT entrusted.consent, entrusted.sector, entrusted.since, home.address_id, home.missing_number,
           EXISTS (
               SELECT FROM public.absences_look look
                WHERE look.consent_id = entrusted.consent AND look.day = walls.today()
           )
      FROM walls.entrusted_on(walls.today()) entrusted
      JOIN public.absences_absence home ON home.id = entrusted.absence
     WHERE entrusted.sector = ANY (walls.watch_sectors())
$$;

-- The homes of one's own with the sector that holds each today: what an owner needs to entrust them.
CREATE FUNCTION walls.own_homes()
RETURNS TABLE (
    owner bigint, absence bigint, address bigint, missing_number varchar, first_day date, last_day date,
    is_over boolean, sector bigint
)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT owner.id, home.id, home.address_id, home.missing_number, home.first_day, home.last_day,
           home.last_day < walls.today() OR home.returned_on IS NOT NULL OR home.cancelled_at IS NOT NULL,
           (
               SELECT around.id
                 FROM public.sectors_sector around
                 JOIN public.sectors_perimeter perimeter ON perimeter.sector_id = around.id
                WHERE around.commune_id = home.commune_id
                  AND perimeter.valid @> walls.today()
                  AND public.ST_Covers(perimeter.area, home.point)
                ORDER BY around.number
                LIMIT 1
           )
      FROM public.absences_homeowner owner
      JOIN public.absences_absence home ON home.id = owner.absence_id
     WHERE owner.account_id = walls.person()
       AND home.commune_id = walls.commune()
       AND home.erasure_asked_at IS NULL
$$;

-- The home whose code the person holds, as long as the code is open.
CREATE FUNCTION walls.home_of_code() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT handed.absence_id
      FROM public.absences_homecode handed
      JOIN public.absences_absence home ON home.id = handed.absence_id
     WHERE handed.token_sha256 = walls.bearer()
       AND handed.used_at IS NULL
       AND handed.expires_at > now()
       AND home.commune_id = walls.commune()
$$;

-- Which homes of the commune are entrusted today, and how often neighbours have looked at each: for the police, who are
-- told nothing of whom.
CREATE FUNCTION walls.watched_homes() RETURNS TABLE (absence bigint, sector bigint, is_watched boolean, looks integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT home.id,
           (array_agg(given.sector_id ORDER BY given.given_at DESC))[1],
           COALESCE(bool_or(entrusted.consent IS NOT NULL), false),
           count(look.id)::integer
      FROM public.absences_absence home
      JOIN public.absences_watchconsent given ON given.absence_id = home.id
      LEFT JOIN public.absences_look look ON look.consent_id = given.id
      LEFT JOIN walls.entrusted_on(walls.today()) entrusted ON entrusted.consent = given.id
     WHERE home.commune_id = walls.police_commune()
     GROUP BY home.id
$$;

-- Of each of the last four weeks' days, how many homes were entrusted to a chain and how many of them were looked at: for
-- the référents of the sector. Numbers alone.
CREATE FUNCTION walls.watch_days() RETURNS TABLE (sector bigint, day date, entrusted integer, looked integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT entrusted.sector, passed.day::date, count(*)::integer, count(look.id)::integer
      FROM generate_series(walls.today() - 27, walls.today(), interval '1 day') AS passed (day)
     CROSS JOIN LATERAL walls.entrusted_on(passed.day::date) entrusted
      LEFT JOIN public.absences_look look ON look.consent_id = entrusted.consent AND look.day = passed.day::date
     WHERE entrusted.sector = ANY (walls.sectors('referent'))
     GROUP BY 1, 2
$$;

REVOKE ALL ON FUNCTION
    walls.entrusted_on(date), walls.watch_sectors(), walls.homes_to_watch(), walls.own_homes(), walls.home_of_code(),
    walls.watched_homes(), walls.watch_days()
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
    walls.watch_sectors(), walls.homes_to_watch(), walls.own_homes(), walls.home_of_code(), walls.watched_homes(),
    walls.watch_days()
    TO ronde_web;
