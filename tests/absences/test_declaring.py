import datetime as dt
import re

import pytest
from django.contrib.gis.geos import Point

from absences.models import Absence, AllowedPerson, HouseholdContacts
from accounts.models import AuditEntry
from geo.models import WGS84, Address
from tests.absences.declarations import PAGE, declare
from tests.absences.reading import filled, words
from tests.builders import HOMES, NORTH

pytestmark = pytest.mark.django_db

SEALED = ("Goff", "06 39 98", "Canari", "4321", "Rose")


def test_a_declaration_without_script_is_entered_with_all_that_was_said(desk, town):
    absence = declare(desk)

    assert (absence.address, absence.first_day, absence.last_day) == (
        town.addresses[0],
        dt.date(2026, 9, 1),
        dt.date(2026, 9, 15),
    )
    assert absence.point.coords == HOMES[0]
    assert (absence.passages_per_week, absence.animals, absence.vehicles_place) == (14, "dog_outside", "yard")
    assert (absence.seen_by, absence.seen_on) == ("municipal_police", dt.date(2026, 8, 12))
    assert not absence.may_enter_garden
    assert not absence.may_be_watched
    assert absence.declared_on == dt.date(2026, 8, 12)


def test_the_household_is_sealed_until_the_week_that_ends_the_retention(desk):
    absence = declare(desk)

    # The last day is 15 September, kept 7 days more: the 22nd is in the week of Monday 21, the 39th of the year.
    rows = [absence.household_access, absence.household_contacts, absence.allowed_people.get()]
    assert [row.dies_in for row in rows] == ["2026-W39"] * 3
    assert {token.week for token in absence.name_tokens.all()} == {"2026-W39"}
    assert AllowedPerson.objects.expected_on(dt.date(2026, 9, 2)).count() == 1  # a Wednesday
    assert AllowedPerson.objects.expected_on(dt.date(2026, 9, 3)).count() == 0


def test_the_record_shows_nothing_sealed_until_it_is_asked_for_and_traces_what_it_then_shows(desk):
    record = f"/logements/{declare(desk).pk}/"
    covered = words(desk.get(record))
    uncovered = words(desk.post(f"{record}devoiler/"))

    assert [word for word in SEALED if word in covered] == []
    assert "scellé" in covered
    assert [word for word in SEALED if word not in uncovered] == []
    read = AuditEntry.objects.filter(stream__startswith="account:", kind="absences.absence", reason="patrol")
    assert set(read.values_list("action", flat=True)) >= {
        "absence.name",
        "absence.phone",
        "absence.trusted_person",
        "absence.access_instructions",
        "absence.allowed_people",
    }


def test_what_was_uncovered_is_covered_again_when_the_page_is_asked_for(desk):
    record = f"/logements/{declare(desk).pk}/"

    assert desk.get(f"{record}devoiler/").headers["Location"] == record


def test_national_police_reads_a_record_and_uncovers_it_but_may_not_declare(desk, national_desk):
    record = f"/logements/{declare(desk).pk}/"

    assert "Goff" in words(national_desk.post(f"{record}devoiler/"))
    assert "Modifier" not in words(national_desk.get(record))
    assert national_desk.get(PAGE).status_code == 404
    assert national_desk.post(f"{record}annuler/", {"revision": 1}).status_code == 404


def test_a_street_without_number_offers_its_addresses_to_choose_from(desk, town):
    answer = desk.post(PAGE, filled(address_text="rue des Lilas"))

    assert "Plusieurs adresses sont possibles" in words(answer)
    assert "Laquelle de ces adresses ? (ou corrigez l'adresse)" in words(answer)
    fourth = town.addresses[3]
    absence = declare(desk, address_text="rue des Lilas", address_choice=str(fourth.pk))
    assert absence.address == fourth


def test_a_number_that_is_not_in_the_street_is_said_with_its_neighbours(desk, town):
    answer = desk.post(PAGE, filled(address_text="10 rue des Lilas"))

    assert "Rue des Lilas : la base d'adresses n'a pas de n° 10. Numéros voisins : 11, 14." in words(answer)
    assert "12 Rue du Moulin" not in words(answer)


def test_a_street_that_is_not_there_is_offered_streets_like_it_and_no_neighbour(desk, town):
    answer = words(desk.post(PAGE, filled(address_text="10 rue des Lilats")))

    assert "Aucune voie de la commune n'a exactement ce nom. Voie ressemblante : Rue des Lilas." in answer
    assert "Numéros voisins" not in answer


@pytest.mark.parametrize(
    "chosen",
    [
        # Without script, among those offered; then by the script, which writes over what was typed.
        {"address_text": "10 rue des Lilas", "address_choice": "11"},
        {"address_text": "11 Rue des Lilas", "address_typed": "10 r lilas", "address": "11"},
    ],
)
def test_a_neighbour_of_the_number_given_is_entered_once_it_is_confirmed(desk, town, chosen):
    first = str(town.addresses[0].pk)
    chosen = {name: first if value == "11" else value for name, value in chosen.items()}
    sentence = "Rue des Lilas : la base d'adresses n'a pas de n° 10. Vous avez choisi 11 Rue des Lilas."
    at_once = desk.post(
        "/logements/declarer/lieu/", {"address": first, "address_typed": "10 rue des lilas"}
    ).json()
    answer = desk.post(PAGE, filled(**chosen))

    assert at_once == {"state": "other_address", "sentence": f"{sentence} Secteur 1 · Les Lilas."}
    assert "À confirmer" in words(answer)
    assert sentence in words(answer)
    absence = declare(desk, **chosen, confirmed=[f"numero:{first}:10"])
    assert (absence.address, absence.missing_number) == (town.addresses[0], "10")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address_choice": "fourth"}, "pas de n° 10. Vous avez choisi 14 Rue des Lilas."),
        ({"address_text": "9 rue des Lilas"}, "pas de n° 9. Vous avez choisi 11 Rue des Lilas."),
        ({"address_text": "10 rue des Lilas, Paris"}, "« Paris » n'est pas la commune de ce site"),
    ],
)
def test_what_was_confirmed_of_an_address_is_asked_again_of_another(desk, town, changes, sentence):
    first, fourth = town.addresses[0].pk, town.addresses[3].pk
    consent = {"confirmed": [f"numero:{first}:10", f"ville:{first}:Lyon"]}
    chosen = {"address_text": "10 rue des Lilas, Lyon", "address_choice": str(first), **changes}
    chosen = {name: str(fourth) if value == "fourth" else value for name, value in chosen.items()}
    page = desk.post(PAGE, filled(**chosen, **consent))

    assert sentence in words(page)
    assert re.search(r'type="checkbox" name="confirmed" value="[^"]*" id="\w+">', page.content.decode())


def test_the_record_warns_of_a_number_that_is_not_there_until_somebody_has_verified_the_home(desk, town):
    chosen = {"address_text": "10 rue des Lilas", "address_choice": str(town.addresses[0].pk)}
    absence = declare(desk, **chosen, seen_by="", seen_on="", confirmed=[f"numero:{town.addresses[0].pk}:10"])
    warning = "Le n° 10 a été donné pour ce logement"
    unverified = words(desk.get(f"/logements/{absence.pk}/"))
    amended = filled(
        name="",
        address_text="11 Rue des Lilas",
        address_shown="11 Rue des Lilas",
        revision="1",
        address=str(absence.address_id),
        lon=str(absence.point.x),
        lat=str(absence.point.y),
    )
    assert desk.post(f"/logements/{absence.pk}/modifier/", amended).status_code == 302
    verified = words(desk.get(f"/logements/{absence.pk}/"))

    assert warning in unverified
    assert warning not in verified
    assert "Numéro donné 10, absent de la base d'adresses" in verified


@pytest.mark.parametrize(
    "typed",
    ["11 rue des Lilas, 69001 Lyon", "11 rue des Lilas Lyon", "11 r Lillas Lyon", "11 rue des Lilas à Lyon"],
)
def test_a_town_that_is_another_is_said_and_asks_to_be_confirmed(desk, town, typed):
    sentence = "« Lyon » n'est pas la commune de ce site, Valmont-sur-Rhône."
    chosen = {"address_choice": str(town.addresses[0].pk), "address_text": typed}

    assert sentence in words(desk.post(PAGE, filled(address_text=typed)))
    assert sentence in words(desk.post(PAGE, filled(**chosen)))
    assert declare(desk, **chosen, confirmed=[f"ville:{town.addresses[0].pk}:Lyon"]).address == town.addresses[0]


def test_a_number_that_is_not_there_is_said_beside_a_town_that_is_another(desk, town):
    told = words(desk.post(PAGE, filled(address_text="10 rue des Lilas Lyon"))).replace("\u00a0", " ")

    assert "« Lyon » n'est pas la commune de ce site, Valmont-sur-Rhône." in told
    assert "Rue des Lilas : la base d'adresses n'a pas de n° 10. Numéros voisins : 11, 14." in told


def test_the_pin_moves_the_home_from_its_address(desk, town):
    absence = declare(desk, address=str(town.addresses[0].pk), lon="4.8842", lat="44.9301")

    assert absence.point.coords == (4.8842, 44.9301)


def test_a_text_typed_over_a_chosen_address_is_what_counts(desk, town):
    first = town.addresses[0]
    absence = declare(
        desk, address=str(first.pk), address_shown="11 Rue des Lilas", address_text="12 rue du Moulin"
    )

    assert absence.address == town.addresses[1]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"address_text": "12 avenue inconnue du désert"}, "Aucune adresse de la commune"),
        ({"last_day": "2026-08-31"}, "Le dernier jour vient avant le premier"),
        ({"first_day": "2026-07-01", "last_day": "2026-07-20"}, "Ces jours sont déjà passés"),
        ({"first_day": "2026-09-01", "last_day": "2027-09-15"}, "ne dépasse pas un an"),
        ({"name": ""}, "Nom et prénom du déclarant"),
        ({"phone": "", "email": ""}, "Donnez un téléphone ou une adresse électronique"),
        ({"phone": "appelez ma fille"}, "Écrivez un numéro"),
        ({"phone": "06 12 34 56 7"}, "Écrivez un numéro de dix chiffres"),
        ({"trusted_phone": "639980011"}, "Écrivez un numéro de dix chiffres"),
        ({"trusted_phone": ""}, "Donnez le nom et le téléphone de la personne de confiance"),
        ({"vehicles_place": ""}, "Dites où se trouvent les véhicules"),
        ({"opens": "18:00"}, "Donnez les deux heures"),
        ({"seen_on": ""}, "Dites quel jour"),
        ({"seen_on": "2026-08-13"}, "n'est pas encore venu"),
        ({"animals": "dragon"}, "Animaux"),
        ({"access_instructions": "x" * 301}, "Consignes d'accès"),
        ({"personnes-0-last_day": "2026-09-01", "personnes-0-first_day": "2026-09-05"}, "Personne autorisée n° 1"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(desk, changes, sentence):
    before = Absence.objects.count()
    answer = desk.post(PAGE, filled(**changes))

    assert sentence in words(answer)
    assert "À corriger" in words(answer)
    assert Absence.objects.count() == before
    assert "Éloïse" in answer.content.decode() or "name" in changes


def test_a_label_says_when_another_answer_demands_its_field(desk):
    page = words(desk.get(PAGE))

    assert "Téléphone pendant l'absence (obligatoire sans adresse électronique)" in page
    assert "Adresse électronique (obligatoire sans téléphone)" in page
    assert "Où sont les véhicules (obligatoire s'il y en a)" in page


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"phone": "", "email": ""}, ["phone", "email"]),
        ({"vehicles_place": ""}, ["vehicles_place"]),
        ({"closes": "18:00"}, ["opens"]),
        ({"opens": "18:00"}, ["closes"]),
    ],
)
def test_what_another_answer_demands_is_asked_for_at_its_own_field(desk, changes, fields):
    page = desk.post(PAGE, filled(**changes)).content.decode()

    described = re.findall(r'<(?:input|select)[^>]*aria-describedby="[^"]*_error"[^>]*>', page)
    assert [re.search(r'name="(\w+)"', each)[1] for each in described] == fields
    assert all('aria-invalid="true"' in each for each in described)


def test_a_departure_to_come_is_called_off_and_no_return_is_offered_before_it(desk, town):
    to_come = words(desk.get(f"/logements/{declare(desk).pk}/"))
    begun = words(desk.get(f"/logements/{town.absences[0].pk}/"))

    assert "Signaler un retour" not in to_come
    assert "Annuler l'absence" in to_come
    assert "Signaler un retour" in begun


def test_a_home_outside_the_commune_is_said_when_it_is_chosen_and_when_it_is_saved(desk, town):
    outside = {"address": str(town.addresses[0].pk), "lon": "4.8842", "lat": str(NORTH + 0.01)}

    at_once = desk.post("/logements/declarer/lieu/", outside).json()
    answer = desk.post(PAGE, filled(**outside))

    assert at_once["state"] == "outside"
    assert "hors de la commune" in at_once["sentence"]
    assert "hors de la commune" in words(answer)


def test_a_home_in_no_sector_is_said_at_once_and_asks_to_be_confirmed(desk, town):
    town.sectors[0].perimeters.all().delete()
    place = {"address": str(town.addresses[0].pk)}

    assert desk.post("/logements/declarer/lieu/", place).json()["state"] == "no_sector"
    assert "aucun secteur" in words(desk.post(PAGE, filled()))
    # What was ticked for another address is asked again.
    elsewhere = {"confirmed": [f"hors-secteur:{town.addresses[2].pk}"]}
    assert "À confirmer" in words(desk.post(PAGE, filled(**elsewhere)))
    assert declare(desk, confirmed=[f"hors-secteur:{town.addresses[0].pk}"]).address == town.addresses[0]


def test_a_home_in_a_sector_is_said_to_be_there(desk, town):
    answer = desk.post("/logements/declarer/lieu/", {"address": str(town.addresses[0].pk)})

    assert answer.json() == {"state": "inside", "sentence": "Secteur 1 · Les Lilas."}


@pytest.mark.parametrize("place", [{}, {"address": "x"}, {"address": "1" * 40}, {"address": "999999"}])
def test_a_place_that_is_none_is_judged_unknown(desk, place):
    assert desk.post("/logements/declarer/lieu/", place).json()["state"] == "unknown"


@pytest.mark.parametrize(
    ("first_day", "last_day", "code", "sentence"),
    [
        # On 12 August: 2 days, then 91, then a departure in 2 days, then in 46.
        ("2026-09-01", "2026-09-02", "court", "commence d'ordinaire à 3 jours"),
        ("2026-09-01", "2026-11-30", "long", "s'arrête d'ordinaire à 90 jours"),
        ("2026-08-14", "2026-08-25", "tard", "au moins 3 jours avant"),
        ("2026-09-27", "2026-10-10", "tot", "au plus 45 jours avant"),
    ],
)
def test_the_usual_limits_are_told_and_may_be_set_aside_knowingly(desk, first_day, last_day, code, sentence):
    days = {"first_day": first_day, "last_day": last_day, "address_text": "14 rue des Lilas"}
    answer = desk.post(PAGE, filled(**days))

    assert sentence in words(answer).replace("\u00a0", " ")
    codes = [code, *(f"doublon:{absence.pk}" for absence in Absence.objects.all())]
    assert declare(desk, **days, confirmed=codes).first_day == dt.date.fromisoformat(first_day)


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    # On 12 August, at the edges: 3 days in 3 days' time, and 90 days in 45 days' time.
    [("2026-08-21", "2026-08-23"), ("2026-09-26", "2026-12-24")],
)
def test_at_the_usual_limits_nothing_is_asked(desk, first_day, last_day):
    assert declare(desk, first_day=first_day, last_day=last_day).pk


def test_a_likely_duplicate_names_the_record_and_is_confirmed_for_that_record_alone(desk, town):
    there = town.absences[0]
    days = {"first_day": "2026-08-18", "last_day": "2026-08-30"}
    answer = desk.post(PAGE, filled(**days))

    assert f"fiche n° {there.pk}" in words(answer)
    assert f"/logements/{there.pk}/" in answer.content.decode()
    assert "À confirmer" in words(desk.post(PAGE, filled(**days, confirmed=["doublon:999999"])))
    assert declare(desk, **days, confirmed=[f"doublon:{there.pk}"]).address == there.address


def test_a_near_point_on_the_same_days_is_a_likely_duplicate_too(desk, town):
    first = town.addresses[0]
    # 10 metres east of the first home: 10 / (111 320 * cos 44.93°) = 0.000127 degrees.
    near = Address.objects.create(
        commune=town.commune,
        official_id="26999_0001_00099",
        source="ban",
        house_number="99",
        street_name="Rue des Lilas",
        point=Point(first.point.x + 0.000127, first.point.y, srid=WGS84),
    )
    days = {"first_day": "2026-08-18", "last_day": "2026-08-30", "address_text": "99 rue des Lilas"}

    assert f"fiche n° {town.absences[0].pk}" in words(desk.post(PAGE, filled(**days)))
    near.point = Point(first.point.x + 0.0004, first.point.y, srid=WGS84)
    near.save()
    assert declare(desk, **days).address == near


def test_cancelled_and_returned_homes_are_no_duplicates(desk, town):
    days = {"first_day": "2026-08-18", "last_day": "2026-08-30"}
    Absence.objects.filter(pk=town.absences[0].pk).update(returned_on=dt.date(2026, 8, 18))

    assert declare(desk, **days).address == town.addresses[0]


def test_contacts_can_be_an_address_alone(desk):
    absence = declare(desk, phone="", email="zoe@example.org")

    assert HouseholdContacts.objects.filter(absence=absence).exists()
