"""Days that are not as they should be, through a whole calculation: what the desk is told, and what is planned."""

import datetime as dt
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point

from absences.models import Absence
from geo.models import WGS84
from geo.routing import build
from patrols.models import Calculation, Depot, Omission, Shift, ShiftBreak, Stop
from patrols.services.calculations import Asked, ask, carry_out
from tests.builders import DAY, Town, at, build_town
from tests.street_network import ISLAND, write_streets

pytestmark = pytest.mark.django_db

ON_THE_ISLAND = Point(4.898, 44.9395, srid=WGS84)
ELSEWHERE = Point(5.2, 45.2, srid=WGS84)
A_MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(scope="module")
def streets_and_island(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("island")
    build(write_streets(folder / "streets.osm.pbf", ISLAND), folder)
    return folder


@pytest.fixture
def town(db) -> Town:
    return build_town()


def calculate(town: Town, routing_dir: Path, **options: object) -> Calculation:
    calculation = ask(town.commune, Asked(day=DAY, seconds=0.5, **options), by=None, now=at(12))
    carry_out(calculation.pk, now=at(12), routing_dir=routing_dir)
    calculation.refresh_from_db()
    return calculation


def told(calculation: Calculation) -> dict[int, tuple[str, str]]:
    """Why each home is left out, by its key."""
    rows = Omission.objects.filter(plan=calculation.plan).values_list("absence", "reason", "sentence")
    return {absence: (reason, sentence) for absence, reason, sentence in rows}


def stops(calculation: Calculation) -> int:
    return Stop.objects.filter(route__plan=calculation.plan).count()


def end_on_the_island(town: Town, *, also_begins: bool, shifts: slice = slice(None)) -> None:
    depot = Depot.objects.create(commune=town.commune, name="Ponton", point=ON_THE_ISLAND)
    keys = [shift.pk for shift in town.shifts[shifts]]
    Shift.objects.filter(pk__in=keys).update(end_depot=depot, **({"start_depot": depot} if also_begins else {}))


NOTHING_FITS = (
    "Aucun des 5 passages dus ne tient dans les vacations : la raison de chacun est donnée dans « Pourquoi pas "
    "aujourd'hui ? »."
)
NO_WAY = "Aucun équipage autorisé ne peut s'y rendre et en revenir. Aucun changement simple ne le ferait entrer."
OFF_THE_GROUND = "À 37,4 km de toute rue (limite : 200 m) : vérifiez la position du logement."


def test_a_home_on_an_island_is_left_out_and_the_others_are_planned(town, streets_and_island):
    home = town.absences[0]
    home.point = ON_THE_ISLAND
    home.save()

    done = calculate(town, streets_and_island)

    assert (done.state, done.problem, stops(done)) == ("done", "", 4)
    assert told(done) == {home.pk: ("unreachable", NO_WAY)}


@pytest.mark.parametrize("also_begins", [True, False])
def test_a_depot_on_an_island_leaves_every_home_out_of_reach(town, streets_and_island, also_begins):
    end_on_the_island(town, also_begins=also_begins)

    done = calculate(town, streets_and_island)

    assert (done.state, done.problem, stops(done)) == ("done", NOTHING_FITS, 0)
    assert told(done) == {home.pk: ("unreachable", NO_WAY) for home in town.absences}


def test_a_crew_on_an_island_stays_there_and_the_other_makes_every_stop(town, streets_and_island):
    end_on_the_island(town, also_begins=True, shifts=slice(1, 2))

    done = calculate(town, streets_and_island)

    assert (done.state, done.problem, stops(done)) == ("done", "", 5)
    assert not Stop.objects.filter(route__plan=done.plan, route__shift=town.shifts[1]).exists()


def test_a_home_outside_the_ground_is_left_out_with_its_distance(town, streets_and_island):
    home = town.absences[0]
    home.point = ELSEWHERE
    home.save()

    done = calculate(town, streets_and_island)

    assert (done.state, done.problem, stops(done)) == ("done", "", 4)
    assert told(done) == {home.pk: ("unreachable", OFF_THE_GROUND)}


def test_a_day_whose_homes_are_all_outside_the_ground_is_a_plan_that_says_so(town, streets_and_island):
    Absence.objects.update(point=ELSEWHERE)

    done = calculate(town, streets_and_island)

    assert (done.state, done.problem, stops(done)) == ("done", NOTHING_FITS, 0)
    assert {sentence for _, sentence in told(done).values()} == {OFF_THE_GROUND}


def test_a_depot_outside_the_ground_is_named(town, streets_and_island):
    town.depot.point = ELSEWHERE
    town.depot.save()

    failed = calculate(town, streets_and_island)

    assert (failed.state, failed.plan) == ("failed", None)
    assert failed.problem == (
        "Le dépôt « Poste de police » est à 37,4 km de toute rue (voiture). Corrigez sa position, ou importez un "
        "extrait OpenStreetMap qui couvre ce lieu."
    )


def test_crews_with_hardly_an_hour_go_nowhere_and_how_much_is_missing_is_told(town, streets_and_island):
    ShiftBreak.objects.all().delete()
    Shift.objects.update(ends_at=at(18) + A_MINUTE)

    done = calculate(town, streets_and_island)

    assert (done.state, done.problem, stops(done)) == ("done", NOTHING_FITS, 0)
    assert {reason for reason, _ in told(done).values()} == {"no_time_left"}
    sentences = [sentence for _, sentence in told(done).values()]
    assert all(sentence.startswith("Il ne reste pas assez de temps aux équipages. ") for sentence in sentences)
    assert any("prolongeant la vacation de l'équipage Alpha de 8 min." in sentence for sentence in sentences)


def test_a_pause_outside_its_shift_is_told_by_the_clock(town, streets_and_island):
    Shift.objects.update(ends_at=at(18, 30))

    failed = calculate(town, streets_and_island)

    assert failed.state == "failed"
    assert failed.problem == (
        "Équipage Alpha : la pause prévue entre 19 h et 20 h ne tient pas dans la vacation, de 18 h à 18 h 30. "
        "Changez les heures de l'une ou de l'autre."
    )


def test_a_day_on_which_nobody_may_go_anywhere_names_whom_to_allow(town, streets_and_island):
    for crew in town.crews:
        crew.excluded_absences.set(town.absences)

    done = calculate(town, streets_and_island)

    why = "Aucun équipage en service n'est autorisé à y passer. Il tiendrait dans la tournée de l'équipage"
    assert (done.state, done.problem, stops(done)) == ("done", NOTHING_FITS, 0)
    assert {reason for reason, _ in told(done).values()} == {"excluded"}
    assert all(sentence.startswith(why) for _, sentence in told(done).values())


def test_a_locked_passage_that_has_no_room_is_told_by_the_number_of_its_record(town, streets_and_island):
    first = calculate(town, streets_and_island)
    stop = Stop.objects.get(route__plan=first.plan, absence=town.absences[2], visit_number=2)
    stop.is_locked = True
    stop.save()
    ShiftBreak.objects.all().delete()
    Shift.objects.update(ends_at=at(18) + A_MINUTE)

    failed = calculate(town, streets_and_island, kind=Calculation.Kind.DAY, base=first.plan)

    crew = stop.route.shift.crew.name
    assert failed.state == "failed"
    assert failed.problem == (
        f"Le passage verrouillé de la fiche n° {stop.absence_id} (2e passage) ne tient pas dans la tournée de "
        f"l'équipage {crew} : déverrouillez-le, ou prolongez la vacation ou ses plages horaires."
    )
