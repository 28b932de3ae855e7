"""Take in the look of a day on which a home was entrusted, also once it is entrusted no more: a phone may be late."""

from django.db import migrations

CREATE = """
-- Whether a home was entrusted, on one of the last seven days, to a chain of whoever asks. It names no home: the key of
-- a consent is drawn at random, and known to those who were told of it.
CREATE FUNCTION walls.was_entrusted(asked uuid, asked_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT asked_day BETWEEN walls.today() - 7 AND walls.today() AND EXISTS (
        SELECT FROM walls.entrusted_on(asked_day) entrusted
         WHERE entrusted.consent = asked
           AND entrusted.sector = ANY (walls.watch_sectors())
    )
$$;
REVOKE ALL ON FUNCTION walls.was_entrusted(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION walls.was_entrusted(uuid, date) TO ronde_web
"""
NOTE = "ALTER POLICY absences_look_web_insert ON absences_look WITH CHECK (noted_by_id = (SELECT walls.person()) AND {})"
THEN = NOTE.format("walls.was_entrusted(consent_id, day)")
NOW = NOTE.format(
    "EXISTS (SELECT FROM walls.homes_to_watch() home WHERE home.consent = consent_id"
    " AND day BETWEEN greatest(home.since, (SELECT walls.today()) - 7) AND (SELECT walls.today()))"
)


class Migration(migrations.Migration):
    dependencies = [("absences", "0007_entrust_homes_to_a_watch")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION walls.was_entrusted(uuid, date)"),
        migrations.RunSQL(THEN, NOW),
    ]
