"""Count one look of a home a day, also where its owner took it back that day and entrusted it anew."""

from django.db import migrations

NOW = (
    """CREATE OR REPLACE FUNCTION walls.homes_to_watch()
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
$$""",
    """CREATE OR REPLACE FUNCTION walls.watched_homes() RETURNS TABLE (absence bigint, sector bigint, is_watched boolean, looks integer)
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
$$""",
    """CREATE OR REPLACE FUNCTION walls.watch_days() RETURNS TABLE (sector bigint, day date, entrusted integer, looked integer)
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
$$""",
)
BEFORE = (
    """CREATE OR REPLACE FUNCTION walls.homes_to_watch()
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
$$""",
    """CREATE OR REPLACE FUNCTION walls.watched_homes() RETURNS TABLE (absence bigint, sector bigint, is_watched boolean, looks integer)
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
$$""",
    """CREATE OR REPLACE FUNCTION walls.watch_days() RETURNS TABLE (sector bigint, day date, entrusted integer, looked integer)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT entrusted.sector, passed.day::date, count(*)::integer, count(look.id)::integer
      FROM generate_series(walls.today() - 27, walls.today(), interval '1 day') AS passed (day)
     CROSS JOIN LATERAL walls.entrusted_on(passed.day::date) entrusted
      LEFT JOIN public.absences_look look ON look.consent_id = entrusted.consent AND look.day = passed.day::date
     WHERE entrusted.sector = ANY (walls.sectors('referent'))
     GROUP BY 1, 2
$$""",
)


class Migration(migrations.Migration):
    dependencies = [("absences", "0008_note_looks_of_past_days")]

    operations = [migrations.RunSQL(now, before) for now, before in zip(NOW, BEFORE, strict=True)]
