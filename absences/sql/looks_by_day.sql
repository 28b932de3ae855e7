-- The functions of the watch that count looks: one of a home a day.

-- The homes that a watcher looks at today, and whether that was done under any consent: an owner may take a home back and
-- entrust it anew on one day.
CREATE OR REPLACE FUNCTION walls.homes_to_watch()
RETURNS TABLE (consent uuid, sector bigint, since date, address bigint, missing_number varchar, is_looked_at boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT entrusted.consent, entrusted.sector, entrusted.since, home.address_id, home.missing_number,
           EXISTS (
               SELECT FROM public.absences_look look
                 JOIN public.absences_watchconsent given ON given.id = look.consent_id
                WHERE given.absence_id = entrusted.absence AND look.day = walls.today()
           )
      FROM walls.entrusted_on(walls.today()) entrusted
      JOIN public.absences_absence home ON home.id = entrusted.absence
     WHERE entrusted.sector = ANY (walls.watch_sectors())
$$;

-- Which homes of the commune are entrusted today, and on how many days neighbours have looked at each.
CREATE OR REPLACE FUNCTION walls.watched_homes() RETURNS TABLE (absence bigint, sector bigint, is_watched boolean, looks integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT home.id,
           (array_agg(given.sector_id ORDER BY given.given_at DESC))[1],
           COALESCE(bool_or(entrusted.consent IS NOT NULL), false),
           count(DISTINCT look.day)::integer
      FROM public.absences_absence home
      JOIN public.absences_watchconsent given ON given.absence_id = home.id
      LEFT JOIN public.absences_look look ON look.consent_id = given.id
      LEFT JOIN walls.entrusted_on(walls.today()) entrusted ON entrusted.consent = given.id
     WHERE home.commune_id = walls.police_commune()
     GROUP BY home.id
$$;

-- Of each of the last four weeks' days, how many homes were entrusted to a chain and how many of them were looked at.
CREATE OR REPLACE FUNCTION walls.watch_days() RETURNS TABLE (sector bigint, day date, entrusted integer, looked integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT entrusted.sector, passed.day::date, count(*)::integer,
           count(*) FILTER (WHERE EXISTS (
               SELECT FROM public.absences_look look
                 JOIN public.absences_watchconsent given ON given.id = look.consent_id
                WHERE given.absence_id = entrusted.absence AND look.day = passed.day::date
           ))::integer
      FROM generate_series(walls.today() - 27, walls.today(), interval '1 day') AS passed (day)
     CROSS JOIN LATERAL walls.entrusted_on(passed.day::date) entrusted
     WHERE entrusted.sector = ANY (walls.sectors('referent'))
     GROUP BY 1, 2
$$;
