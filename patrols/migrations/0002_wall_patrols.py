"""Wall the patrols: police see those of their commune, a crew its own round around its shift, a job all of them."""

from django.db import migrations

from accounts.walls.operations import Wall

POLICE = "(SELECT walls.is_police())"
CREW = "(SELECT walls.holds('crew'))"
KEEPER = "(SELECT walls.is_keeper())"
OF_MY_COMMUNE = "commune_id = (SELECT walls.commune())"
ON_A_SHOWN_ROUTE = "EXISTS (SELECT FROM patrols_route route WHERE route.id = route_id)"
AT_A_SHOWN_HOME = "EXISTS (SELECT FROM absences_absence home WHERE home.id = absence_id)"
FOR_POLICE = "commune_id = (SELECT walls.police_commune())"
FOR_POLICE_OF_THE_PLAN = f"EXISTS (SELECT FROM patrols_plan plan WHERE plan.id = plan_id AND plan.{FOR_POLICE})"


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0001_create_patrols"),
        ("absences", "0002_wall_absences"),
        ("accounts", "0004_raise_the_walls"),
    ]

    operations = [
        Wall(
            "patrols_plan",
            read=f"{FOR_POLICE} OR id = ANY ((SELECT walls.crew_plans())::bigint[])",
        ),
        Wall(
            "patrols_route",
            read=f"{FOR_POLICE_OF_THE_PLAN} OR id = ANY ((SELECT walls.crew_routes())::bigint[])",
        ),
        Wall("patrols_stop", read=ON_A_SHOWN_ROUTE),
        Wall("patrols_leg", read=ON_A_SHOWN_ROUTE),
        Wall("patrols_routebreak", read=ON_A_SHOWN_ROUTE),
        Wall("patrols_omission", read=FOR_POLICE_OF_THE_PLAN),
        Wall("patrols_passage", read=AT_A_SHOWN_HOME),
        # The names of crews are shown to all who work with them, so that a crew has one colour everywhere; when it
        # goes out must not be guessable: an administrator names crews, and knows none of their hours.
        Wall(
            "patrols_crew",
            read=f"({POLICE} OR {KEEPER} OR {CREW}) AND {OF_MY_COMMUNE}",
        ),
        Wall(
            "patrols_shift",
            read=(
                f"({POLICE} AND EXISTS (SELECT FROM patrols_crew crew WHERE crew.id = crew_id))"
                " OR id = ANY ((SELECT walls.crew_shifts())::bigint[])"
            ),
        ),
        Wall("patrols_shiftbreak", read="EXISTS (SELECT FROM patrols_shift shift WHERE shift.id = shift_id)"),
        Wall(
            "patrols_depot",
            read=f"({POLICE} OR {CREW}) AND {OF_MY_COMMUNE}",
        ),
        Wall("patrols_crew_excluded_absences", read=f"{POLICE} AND {AT_A_SHOWN_HOME}"),
    ]
