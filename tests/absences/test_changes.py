import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from absences.counts import AbsenceCount
from absences.models import Absence, AllowedHours, AllowedPerson, HouseholdAccess, HouseholdContacts, NameToken
from accounts.services.purge import purge_rows
from geo import french
from tests.absences.reading import filled, words
from tests.builders import DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def absence(desk, town) -> Absence:
    """Declared through the page, then made to begin on 5 August, so that it is on its way: to 15 September."""
    desk.post("/logements/declarer/", filled(opens="18:00", closes="21:00"))
    made = Absence.objects.exclude(pk__in=[each.pk for each in town.absences]).get()
    Absence.objects.filter(pk=made.pk).update(first_day=dt.date(2026, 8, 5))
    town.absences[0].delete()
    made.refresh_from_db()
    return made


def weeks(absence) -> set[str]:
    rows = (HouseholdAccess, HouseholdContacts, AllowedPerson)
    return {
        week for kind in rows for week in kind.objects.filter(absence=absence).values_list("dies_in", flat=True)
    }


def send(desk: Client, absence: Absence, page: str, **fields):
    return desk.post(f"/logements/{absence.pk}/{page}/", {"revision": absence.revision, **fields})


def test_the_record_tells_the_hours_as_every_page_does(desk, absence):
    AllowedHours.objects.create(absence=absence, weekday=2, opens=dt.time(22), closes=dt.time(6, 30))
    told = words(desk.get(f"/logements/{absence.pk}/")).replace("\u00a0", " ")

    assert "Heures permises 18 h – 21 h, mercredi 22 h – 6 h 30" in told


def test_an_early_return_takes_the_home_off_at_once_and_shortens_what_is_sealed(desk, absence):
    send(desk, absence, "retour", day="2026-08-12")
    absence.refresh_from_db()

    assert absence.returned_on == DAY
    assert not Absence.objects.vacant_on(DAY).filter(pk=absence.pk).exists()
    assert Absence.objects.lived_in_again_on(DAY).filter(pk=absence.pk).exists()
    # 12 August and 7 days: the 19th, in the week of Monday 17 August, the 34th.
    assert weeks(absence) == {"2026-W34"}
    assert set(absence.name_tokens.values_list("week", flat=True)) == {"2026-W34"}
    assert "Retour signalé" in words(desk.get(f"/logements/{absence.pk}/"))


def test_a_return_is_taken_back_and_all_is_as_it_was(desk, absence):
    send(desk, absence, "retour", day="2026-08-12")
    absence.refresh_from_db()
    send(desk, absence, "retablir")

    assert Absence.objects.vacant_on(DAY).filter(pk=absence.pk).exists()
    assert weeks(absence) == {"2026-W39"}
    assert "Goff" in words(desk.post(f"/logements/{absence.pk}/devoiler/"))


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-08-04", "n'avait pas commencé"),
        ("2026-08-13", "se signale le jour même ou après"),
        ("", "Jour du retour"),
    ],
)
def test_a_return_on_a_day_that_cannot_be_is_refused(desk, absence, day, sentence):
    answer = send(desk, absence, "retour", day=day)

    assert sentence in words(answer)
    assert Absence.objects.get(pk=absence.pk).returned_on is None


@pytest.mark.parametrize(
    ("fields", "last_day"),
    [
        ({"longer": "7"}, dt.date(2026, 9, 22)),
        ({"longer": "15"}, dt.date(2026, 9, 30)),
        ({"longer": "jusquau", "last_day": "2026-10-31"}, dt.date(2026, 10, 31)),
    ],
)
def test_an_absence_is_extended_by_a_usual_length_or_to_a_day(desk, absence, fields, last_day):
    send(desk, absence, "prolonger", **fields)
    absence.refresh_from_db()

    assert absence.last_day == last_day
    assert weeks(absence) == {f"2026-W{(last_day + dt.timedelta(days=7)).isocalendar().week}"}


def test_an_extension_past_ninety_days_is_confirmed_knowingly(desk, absence):
    # From 5 August to 3 November: 27 + 30 + 31 + 3 = 91 days.
    until = {"longer": "jusquau", "last_day": "2026-11-03"}
    asked = send(desk, absence, "prolonger", **until)

    assert "91 jours" in words(asked).replace("\u00a0", " ")
    send(desk, absence, "prolonger", **until, confirmed=["long"])
    assert Absence.objects.get(pk=absence.pk).last_day == dt.date(2026, 11, 3)


@pytest.mark.parametrize("last_day", ["2026-09-15", "2026-09-01"])
def test_an_extension_that_is_none_is_refused(desk, absence, last_day):
    answer = send(desk, absence, "prolonger", longer="jusquau", last_day=last_day)

    assert "donnez un jour plus lointain" in words(answer)


def test_a_cancelled_absence_is_restored(desk, absence):
    send(desk, absence, "annuler")
    assert not Absence.objects.vacant_on(DAY).filter(pk=absence.pk).exists()

    absence.refresh_from_db()
    assert "Annulée" in words(desk.get(f"/logements/{absence.pk}/"))
    send(desk, absence, "retablir")
    assert Absence.objects.vacant_on(DAY).filter(pk=absence.pk).exists()


def test_cancelling_is_asked_first_and_changes_nothing_before(desk, absence):
    asked = desk.get(f"/logements/{absence.pk}/annuler/")

    last = min(absence.last_day, timezone.localdate()) + dt.timedelta(days=7)
    assert french.plain(f"La fiche est gardée jusqu'au {french.day(last)}") in french.plain(words(asked))
    assert f'name="revision" value="{absence.revision}"' in asked.content.decode()
    absence.refresh_from_db()
    assert absence.cancelled_at is None


@pytest.mark.parametrize("page", ["retour", "prolonger", "annuler"])
def test_what_has_ended_is_restored_before_it_is_changed(desk, absence, page):
    send(desk, absence, "annuler")
    absence.refresh_from_db()
    answer = send(desk, absence, page, day="2026-08-12", longer="7")
    told = words(answer if answer.status_code == 200 else desk.get(f"/logements/{absence.pk}/"))

    assert "rétablissez-la d'abord" in told


def test_an_erased_record_loses_its_household_at_once_and_the_rest_with_the_next_purge(desk, absence):
    send(desk, absence, "effacer")

    for kind in (HouseholdAccess, HouseholdContacts, AllowedPerson, NameToken):
        assert not kind.objects.filter(absence=absence).exists()
    assert desk.get(f"/logements/{absence.pk}/").status_code == 404
    assert purge_rows(Absence, DAY) == 0
    assert purge_rows(Absence, DAY + dt.timedelta(days=1)) == 1
    # Cancelled on the 12th: the nights of 5 to 11 August were watched.
    assert AbsenceCount.objects.get().nights == 7


def amended(absence, **changes) -> dict[str, object]:
    kept = filled(name="", phone="", trusted_name="", trusted_phone="", access_instructions="")
    kept |= {"personnes-0-name": "", "personnes-0-relation": "family", "personnes-0-weekdays": []}
    days = {"first_day": absence.first_day.isoformat(), "last_day": absence.last_day.isoformat()}
    return {**kept, **days, "opens": "18:00", "closes": "21:00", "revision": absence.revision, **changes}


def test_a_correction_keeps_what_is_sealed_where_nothing_is_typed(desk, absence):
    page = f"/logements/{absence.pk}/modifier/"
    assert "Goff" not in desk.get(page).content.decode()
    desk.post(page, amended(absence, shutters="open", phone="06 39 98 00 09"))
    absence.refresh_from_db()
    told = words(desk.post(f"/logements/{absence.pk}/devoiler/"))

    assert (absence.shutters, absence.revision) == ("open", 2)
    assert "Le Goff-Martin" in told
    assert "06 39 98 00 09" in told
    assert "06 39 98 00 01" not in told
    assert AllowedHours.objects.filter(absence=absence).count() == 1


def test_a_correction_erases_withdraws_and_adds_what_it_is_told_to(desk, absence):
    gardener = absence.allowed_people.get()
    changes = {
        "erased": ["trusted", "access_instructions"],
        "withdrawn": [str(gardener.pk)],
        "personnes-1-name": "Luc Plombier",
        "personnes-1-relation": "works",
        "opens": "",
        "closes": "",
    }
    desk.post(f"/logements/{absence.pk}/modifier/", amended(absence, **changes))
    told = words(desk.post(f"/logements/{absence.pk}/devoiler/"))

    assert [word for word in ("Canari", "4321", "Rose Jardin") if word in told] == []
    assert "Luc Plombier" in told
    assert not AllowedHours.objects.filter(absence=absence).exists()


def test_a_correction_leaves_a_way_to_reach_the_household(desk, absence):
    both = {"erased": ["phone", "email"]}
    refused = send(desk, absence, "modifier", **amended(absence, **both))
    kept = send(desk, absence, "modifier", **amended(absence, **both, phone="06 39 98 00 09"))

    assert "laissez vide pour garder" in words(refused)
    assert "Gardez un téléphone ou une adresse électronique" in words(refused)
    assert kept.status_code == 302
    assert "06 39 98 00 09" in words(desk.post(f"/logements/{absence.pk}/devoiler/"))


def test_the_second_of_two_who_edit_is_told_and_loses_nothing(desk, absence):
    page = f"/logements/{absence.pk}/modifier/"
    first, second = amended(absence, shutters="open"), amended(absence, animals="none", name="Zoé Nouvelle")
    desk.post(page, first)

    refused = desk.post(page, second)

    assert "Quelqu'un d'autre a modifié cette fiche" in words(refused)
    assert "Volets au départ Tous ouverts Tous fermés" in words(refused)
    assert 'value="Zoé Nouvelle"' in refused.content.decode()
    assert Absence.objects.get(pk=absence.pk).animals == "dog_outside"
    desk.post(page, {**second, "revision": "2", "shutters": "open"})
    absence.refresh_from_db()
    assert (absence.shutters, absence.animals, absence.revision) == ("open", "none", 3)


@pytest.mark.parametrize("page", ["retour", "prolonger", "annuler", "retablir", "effacer"])
def test_whatever_was_read_before_anothers_change_is_not_done(desk, absence, page):
    Absence.objects.filter(pk=absence.pk).update(revision=5)
    answer = send(desk, absence, page, day="2026-08-12", longer="7")
    told = words(answer if answer.status_code == 200 else desk.get(f"/logements/{absence.pk}/"))

    assert "Quelqu'un d'autre a modifié cette fiche" in told
    assert Absence.objects.get(pk=absence.pk).revision == 5


def test_a_name_is_found_by_its_whole_words_whatever_their_accents(desk, absence):
    def found(name: str) -> bool:
        return f"/logements/{absence.pk}/" in desk.post("/logements/recherche/", {"name": name}).content.decode()

    assert [found(name) for name in ("le goff", "ELOISE", "Martin Éloïse", "goff-martin")] == [True] * 4
    assert [found(name) for name in ("Gof", "Éloïse Dupont", "Canari", "--")] == [False] * 4


def test_a_name_is_still_found_after_the_end_has_moved_and_no_more_once_it_is_changed(desk, absence):
    send(desk, absence, "prolonger", longer="15")
    assert f"/logements/{absence.pk}/" in desk.post("/logements/recherche/", {"name": "goff"}).content.decode()

    absence.refresh_from_db()
    desk.post(f"/logements/{absence.pk}/modifier/", amended(absence, name="Zoé Nouvelle"))
    assert f"/logements/{absence.pk}/" not in desk.post("/logements/recherche/", {"name": "goff"}).content.decode()
    assert f"/logements/{absence.pk}/" in desk.post("/logements/recherche/", {"name": "zoe"}).content.decode()


def test_a_number_that_is_not_there_is_asked_about_when_the_same_address_is_chosen_for_it(desk, absence):
    key = str(absence.address_id)
    amended = filled(
        name="", address=key, address_text="11 Rue des Lilas", address_typed="10 rue des lilas", revision="1"
    )
    amended |= {"first_day": "2026-08-05", "lon": str(absence.point.x), "lat": str(absence.point.y)}

    assert "pas de n° 10" in words(desk.post(f"/logements/{absence.pk}/modifier/", amended))
    # The departure is too near as well, since 5 August; both are maintained.
    amended["confirmed"] = [f"numero:{key}:10", "tard"]
    assert desk.post(f"/logements/{absence.pk}/modifier/", amended).status_code == 302
