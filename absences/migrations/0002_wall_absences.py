"""Wall the absences: police see those of their commune, a crew the homes of its own round, a job all of them."""

from django.db import migrations

from accounts.walls.operations import Wall


class Migration(migrations.Migration):
    dependencies = [("absences", "0001_create_absences"), ("accounts", "0004_raise_the_walls")]

    operations = [
        Wall(
            "absences_absence",
            read=(
                "commune_id = (SELECT walls.police_commune())"
                " OR id = ANY ((SELECT walls.crew_absences())::bigint[])"
            ),
        ),
        Wall(
            "absences_allowedhours",
            read="EXISTS (SELECT FROM absences_absence home WHERE home.id = absence_id)",
        ),
    ]
