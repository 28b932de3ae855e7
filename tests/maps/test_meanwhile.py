"""What became of homes while the plan of a day is looked at: lived in again, or declared since."""

import datetime as dt
import re

import pytest
from django.test import Client

from absences.models import Absence
from accounts.models import AuditEntry
from patrols.models import Omission, Plan, Shift
from tests.builders import DAY, Town, at, build_passage
from tests.maps.reading import PAGE, rows_of_crew, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("five_in_the_afternoon")]


def come_home(absence: Absence, day: dt.date = DAY) -> None:
    Absence.objects.filter(pk=absence.pk).update(returned_on=day, changed_at=at(16, 30))


def declare(town: Town, **said: object) -> Absence:
    """Let a home be declared half an hour after the plan was made at 16 h."""
    known = {"first_day": DAY, "last_day": dt.date(2026, 8, 20), "changed_at": at(16, 30), **said}
    place = {"commune": town.commune, "address": town.addresses[0], "point": town.addresses[0].point}
    return Absence.objects.create(**place, **known)


def news(client: Client, page):
    heard = re.search(r'data-heard="([^"]*)"', page.content.decode()).group(1)
    return lambda: client.get(f"/plans/{Plan.objects.get().pk}/passages/", {"depuis": heard})


def test_a_stop_at_a_home_that_is_lived_in_again_says_so_and_what_to_do(client: Client, planned: Town):
    before = client.get(PAGE)
    asked = news(client, before)
    come_home(planned.absences[1])

    page = client.get(PAGE)

    row = rows_of_crew(page, "Alpha")[2]
    assert "rentré à retirer du plan" in row
    assert "1 arrêt à retirer : le logement n'est plus vacant" in words(page)
    assert "rentré" not in rows_of_crew(page, "Alpha")[1]
    assert "à retirer" not in words(before).split("Légende")[0]
    # An open page hears of that stop alone.
    assert re.findall(r'<tr class="stop([^"]*)" id="arret-', asked().content.decode()) == [" is-back"]


def test_a_return_that_is_taken_back_is_heard_of_too(client: Client, planned: Town):
    come_home(planned.absences[1])
    asked = news(client, client.get(PAGE))
    Absence.objects.filter(pk=planned.absences[1].pk).update(returned_on=None, changed_at=at(16, 40))

    assert re.findall(r'<tr class="stop([^"]*)" id="arret-', asked().content.decode()) == [""]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"cancelled_at": at(16, 30)}, "absence annulée"),
        ({"first_day": dt.date(2026, 8, 13)}, "plus absent ce jour"),
        ({"last_day": dt.date(2026, 8, 11)}, "plus absent ce jour"),
    ],
)
def test_what_else_ends_an_absence_is_told_in_its_words(client: Client, planned: Town, changed, told):
    Absence.objects.filter(pk=planned.absences[0].pk).update(**changed)

    page = client.get(PAGE)

    assert told in rows_of_crew(page, "Alpha")[1]
    assert "1 arrêt à retirer : le logement n'est plus vacant" in words(page)
    assert "rentré" not in words(page).split("Légende")[0]


def test_a_return_of_tomorrow_and_a_stop_that_is_made_ask_for_nothing(client: Client, planned: Town):
    come_home(planned.absences[0], DAY + dt.timedelta(days=1))
    build_passage(absence=planned.absences[1], crew=planned.crews[0], done_at=at(18, 21))
    come_home(planned.absences[1])

    assert "à retirer" not in " ".join(rows_of_crew(client.get(PAGE), "Alpha"))


def test_once_the_last_shift_is_over_nothing_is_asked_any_more(client: Client, planned: Town):
    come_home(planned.absences[0])
    declare(planned)
    Shift.objects.update(starts_at=at(8), ends_at=at(16, 45))

    page = words(client.get(PAGE))

    assert "à retirer du plan" not in page
    assert "1 logement déclaré depuis" not in page


def test_a_home_declared_since_is_listed_with_what_to_do_and_drawn_on_the_map(client: Client, planned: Town):
    asked = news(client, client.get(PAGE))
    declared = declare(planned)

    page = client.get(PAGE)
    drawn = client.get(f"/plans/{Plan.objects.get().pk}/carte.geojson")

    assert "1 logement déclaré depuis ce plan" in words(page)
    assert f'data-edit="{declared.pk}-1"' in page.content.decode()
    assert "ajoutez-le à une tournée, ou recalculez" in words(asked())
    homes = [each["properties"] for each in drawn.json()["features"] if each["properties"]["kind"] == "home"]
    assert homes == [{"kind": "home", "id": declared.pk, "home": declared.pk}]
    for action in ("absence.address", "absence.exact_point"):
        assert str(declared.pk) in AuditEntry.objects.filter(action=action).order_by("-number")[0].ids


def test_a_home_that_is_owed_nothing_that_day_is_no_newcomer(client: Client, planned: Town):
    # Twice a week on the first day: 2 / 7 of a passage, which is none. A passage just made leaves none either.
    declare(planned, passages_per_week=2)
    passed = declare(planned)
    build_passage(absence=passed, crew=planned.crews[0], done_at=at(16, 45))

    assert "déclaré depuis" not in words(client.get(PAGE)).split("Raccourcis")[0]


def test_a_home_that_was_left_out_is_no_newcomer(client: Client, planned: Town):
    assert Omission.objects.exists()
    assert "1 logement déclaré depuis" not in words(client.get(PAGE))


def test_the_form_without_a_script_takes_a_home_out_or_in(client: Client, planned: Town):
    Plan.objects.update(version=None, published_at=None)
    come_home(planned.absences[1])
    declared = declare(planned)

    out = words(client.get(f"{PAGE}&modifier={planned.absences[1].pk}-1"))
    into = words(client.get(f"{PAGE}&modifier={declared.pk}-1"))

    assert "Retirer du plan" in out
    assert "Ajouter au mieux" in into
