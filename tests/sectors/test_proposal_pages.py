import json

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from geo.models import WGS84, Address
from sectors.models import Perimeter, Proposal, Sector
from tests.access.people import Place, let_in
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle
from tests.sectors.proposing import (
    CROSSED_TWICE,
    LATER,
    LOWER,
    TODAY,
    begin,
    build_proposal,
    checked,
    take,
    to_the_north,
)

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def client_of(place: Place, role: Role) -> Client:
    return let_in(Client(), place.accounts[role])


def file_of(*contours) -> SimpleUploadedFile:
    """A GeoJSON of areas, each with the properties given."""
    features = [
        {"type": "Feature", "properties": said, "geometry": json.loads(area.geojson)} for area, said in contours
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features})
    return SimpleUploadedFile("trace.geojson", text.encode())


def send(client: Client, proposal: Proposal, step: str, name: str, revision: int = 1, **said):
    fields = {f"{name}-{field}": value for field, value in {"revision": revision, "comment": "", **said}.items()}
    return client.post(f"/propositions/{proposal.pk}/{step}/", fields, follow=True)


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_police_read_what_a_proposal_leaves_without_a_sector_before_they_check_and_approve_it(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    Proposal.objects.update(state="proposed")
    police = client_of(place, POLICE)
    # The northern third of 788 m × 1,667 m, 43.8 ha, with one of the two addresses.
    left = "Laisse sans secteur 43,8\u00a0ha et 1\u00a0adresse qui en ont un aujourd&#x27;hui."

    to_check = words(police.get(f"/propositions/{proposal.pk}/"))
    to_approve = words(send(police, proposal, "verifier", "check"))

    for page in (to_check, to_approve):
        assert " ".join(left.split()) in page
        assert "ha (1 adresse) sans secteur, entre ce secteur et « 2 · Le Moulin »." in page
    assert "Aucun défaut." not in to_check


def test_a_referent_proposes_a_file_and_police_bring_it_into_force(place):
    referent, police = client_of(place, REFERENT), client_of(place, POLICE)

    referent.post(f"/perimetres/{place.sectors[0].pk}/proposer/")
    proposal = Proposal.objects.get()
    saved = send(referent, proposal, "trace", "drawing", file=file_of((to_the_north(), {})))
    assert "Le tracé du fichier est enregistré." in words(saved)
    assert "Rue du Moulin" in words(saved)
    proposed = send(referent, proposal, "proposer", "propose", 2, comment="Le nord rejoint le Moulin.")
    assert "envoyée à la police municipale" in words(proposed)
    send(police, proposal, "verifier", "check", 2)
    approved = send(police, proposal, "approuver", "approve", 2, from_day=LATER.isoformat())

    assert "La proposition est approuvée." in words(approved)
    assert "« Le nord rejoint le Moulin. »" in words(approved)
    assert place.accounts[REFERENT].login not in words(approved)
    newer = Perimeter.objects.in_force_on(LATER).get(sector=place.sectors[0])
    assert newer.area.extent[3] == pytest.approx(LOWER)
    assert AuditEntry.objects.filter(action="sector.import_geo", ids=[str(proposal.pk)]).exists()


def test_the_perimeters_of_a_past_day_are_those_of_that_day(place):
    take(place, POLICE, checked(place), "approve", from_day=LATER)
    police = client_of(place, POLICE)

    today, later = (words(police.get(f"/perimetres/?jour={day}")) for day in (TODAY, LATER))

    assert "depuis le mercredi 8 juillet 2015" in today.split("Le Moulin")[0]
    assert "un autre à partir du" in today
    assert "depuis le mercredi 8 juillet 2015" not in later.split("Les Lilas")[1].split("Le Moulin")[0]
    assert words(police.get("/perimetres/?jour=demain")).count("En vigueur aujourd") == 1


def test_what_is_wrong_with_a_drawing_is_said_with_its_place_and_the_comment_stays(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    proposal.revisions.get().areas.update(area=rectangle(WEST - 0.01, SOUTH, MIDDLE, NORTH))

    answer = words(send(client_of(place, REFERENT), proposal, "proposer", "propose", comment="Voici."))

    assert "<title>Erreur : Proposition" in answer
    assert "sont hors de la commune" in answer
    assert "Endroit : 11 Rue des Lilas, à " in answer
    assert f'href="/propositions/{proposal.pk}/atelier/#defaut-sector-{place.sectors[0].pk}-1"' in answer
    assert "Voici.</textarea>" in answer
    assert Proposal.objects.get().state == "draft"


def test_each_place_where_a_contour_crosses_itself_is_said_with_its_way_to_the_workshop(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    proposal.revisions.get().areas.update(area=MultiPolygon(Polygon(CROSSED_TWICE), srid=WGS84))
    referent = client_of(place, REFERENT)

    refused, page = send(referent, proposal, "proposer", "propose"), referent.get(f"/propositions/{proposal.pk}/")

    way = f"#defaut-sector-{place.sectors[0].pk}-"
    # Among the reasons of the refusal, and among the faults of the drawing.
    assert [words(refused).count(f'{way}{order}"') for order in (1, 2, 3)] == [2, 2, 0]
    assert [words(page).count(f'{way}{order}"') for order in (1, 2, 3)] == [1, 1, 0]


def test_a_drawing_saved_meanwhile_is_not_overwritten(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    Proposal.objects.update(revision=2)
    proposal.revisions.update(number=2)

    answer = send(client_of(place, REFERENT), proposal, "trace", "drawing", file=file_of((to_the_north(), {})))

    assert "Quelqu'un d'autre a enregistré cette proposition" in words(answer).replace("&#x27;", "'")
    assert proposal.revisions.count() == 1


def test_a_step_that_is_not_of_this_state_is_told(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)

    answer = send(client_of(place, POLICE), proposal, "verifier", "check")

    assert "à l&#x27;état « Brouillon »" in words(answer)


def test_a_refusal_without_a_reason_is_asked_for(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    Proposal.objects.update(state="proposed")

    police = client_of(place, POLICE)
    answer = words(send(police, proposal, "refuser", "refuse"))

    assert "À corriger" in answer
    reloaded = police.get(f"/propositions/{proposal.pk}/refuser/")
    assert (reloaded.status_code, reloaded["Location"]) == (302, f"/propositions/{proposal.pk}/")
    assert Proposal.objects.get().state == "proposed"


def test_the_place_of_a_fault_is_told_to_who_mends_it_and_to_nobody_else(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    proposal.revisions.get().areas.update(area=rectangle(WEST, SOUTH, MIDDLE + 0.001, NORTH))
    page = f"/propositions/{proposal.pk}/"
    mend = f'href="{page}atelier/#defaut-sector-{place.sectors[0].pk}-1"'

    mine, council = (words(client_of(place, role).get(page)) for role in (REFERENT, Role.CLSPD))

    assert "Recouvre « 2 · Le Moulin » sur 13,1" in mine
    assert ("Endroit : 13 Rue du Moulin" in mine, mend in mine) == (True, True)
    assert "Recouvre « 2 · Le Moulin » sur 13,1" in council
    assert ("Endroit" in council, mend in council) == (False, False)


def test_a_commune_without_addresses_tells_places_by_numbers(place):
    Address.objects.update(point=None)
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    proposal.revisions.get().areas.update(area=rectangle(WEST, SOUTH, MIDDLE + 0.001, NORTH))

    assert "Endroit : latitude 44,93" in words(client_of(place, REFERENT).get(f"/propositions/{proposal.pk}/"))


def test_a_referent_writes_nothing_about_a_neighbour(place):
    client = client_of(place, REFERENT)
    neighbours = build_proposal(place.sectors[1], place.accounts[POLICE], POLICE)

    assert client.get(f"/propositions/{neighbours.pk}/").status_code == 404
    assert client.post(f"/perimetres/{place.sectors[1].pk}/proposer/").status_code == 404
    for step in ("trace", "proposer", "retirer"):
        assert send(client, neighbours, step, "propose").status_code == 404


def test_a_file_that_changes_two_sectors_is_for_police(place):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    both = (
        (rectangle(WEST, SOUTH, 4.889, NORTH), {"numero": 1, "nom": "Les Lilas"}),
        (rectangle(4.889, SOUTH, EAST, NORTH), {"numero": 2, "nom": "Le Moulin"}),
    )

    refused = send(client_of(place, REFERENT), proposal, "trace", "drawing", file=file_of(*both))
    accepted = send(client_of(place, POLICE), proposal, "trace", "drawing", file=file_of(*both))

    assert "un secteur qui n&#x27;est pas le vôtre" in words(refused)
    assert "Le tracé du fichier est enregistré." in words(accepted)
    proposal.refresh_from_db()
    assert proposal.sector_ids == [place.sectors[0].pk, place.sectors[1].pk]


def test_a_file_may_make_a_new_sector_and_says_what_it_lacks(place):
    proposal = build_proposal(place.sectors[0], place.accounts[POLICE], POLICE)
    police = client_of(place, POLICE)
    upper = rectangle(WEST, LOWER, MIDDLE, NORTH)
    named = file_of((to_the_north(), {"numero": 1}), (upper, {"numero": 4, "nom": "Les Hauts"}))

    nameless = send(
        police, proposal, "trace", "drawing", file=file_of((to_the_north(), {"numero": 1}), (upper, {}))
    )
    accepted = send(police, proposal, "trace", "drawing", file=named)

    assert "Le contour n° 2 du fichier ne dit pas de quel secteur il est" in words(nameless)
    assert "4 · Les Hauts" in words(accepted)
    assert not Sector.objects.filter(number=4).exists()


@pytest.mark.parametrize(
    ("state", "role", "offered"),
    [
        ("draft", REFERENT, {"trace", "proposer", "retirer"}),
        ("draft", POLICE, {"trace", "proposer", "retirer"}),
        ("draft", Role.CLSPD, set()),
        ("proposed", REFERENT, {"retirer"}),
        ("proposed", POLICE, {"verifier", "refuser"}),
        ("proposed", Role.NATIONAL_POLICE, set()),
        ("checked", REFERENT, set()),
        ("checked", POLICE, {"approuver", "refuser"}),
    ],
)
def test_each_is_offered_the_steps_that_they_may_take(place, state, role, offered):
    proposal = build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)
    Proposal.objects.update(state=state)

    page = words(client_of(place, role).get(f"/propositions/{proposal.pk}/"))

    steps = {"trace", "proposer", "verifier", "approuver", "refuser", "retirer"}
    assert {step for step in steps if f'action="/propositions/{proposal.pk}/{step}/"' in page} == offered


def test_police_take_back_what_has_not_begun_and_the_page_says_so(place):
    police = client_of(place, POLICE)
    proposal = take(place, POLICE, checked(place), "approve", from_day=LATER)
    assert "Annuler ce changement" in words(police.get(f"/propositions/{proposal.pk}/"))
    assert "Annuler ce changement" not in words(client_of(place, REFERENT).get(f"/propositions/{proposal.pk}/"))

    nothing_said = send(police, proposal, "annuler", "cancel")
    done = send(police, proposal, "annuler", "cancel", comment="L'année était fausse.")

    assert "À corriger" in words(nothing_said)
    assert "devait être en vigueur à partir du" in words(done)
    assert "« L&#x27;année était fausse. »" in words(done)
    assert "un autre à partir du" not in words(police.get("/perimetres/"))


def test_who_proposed_is_told_what_was_decided_and_why_until_they_have_read_it(place, settings):
    settings.COMMUNE_INSEE = "26999"
    proposal = checked(place)
    take(place, POLICE, proposal, "refuse", comment="La rue des Lilas doit rester entière.")
    referent, police = client_of(place, REFERENT), client_of(place, POLICE)
    page, pages = f"/propositions/{proposal.pk}/", ("/accueil/", "/perimetres/")
    why, refused = "La rue des Lilas doit rester entière.", f"Proposition n° {proposal.pk} : refusée."

    assert refused in words(referent.get("/accueil/")).replace("\xa0", " ")
    assert all(why in words(referent.get(told)) for told in pages)
    assert not any(why in words(police.get(told)) for told in pages)
    assert referent.head(page).status_code == police.get(page).status_code == 200
    assert all(why in words(referent.get(told)) for told in pages)

    assert why in words(referent.get(page))

    assert not any(why in words(referent.get(told)) for told in pages)


def test_what_was_approved_then_cancelled_is_told_again_and_what_one_ended_oneself_is_not(place):
    referent = client_of(place, REFERENT)
    proposal = take(place, POLICE, checked(place), "approve", from_day=LATER, comment="Accord du maire.")
    referent.get(f"/propositions/{proposal.pk}/")
    take(place, POLICE, proposal, "cancel", comment="Le conseil a changé d'avis.")
    withdrawn = take(place, REFERENT, begin(place), "withdraw", comment="Je recommence.")

    page = words(referent.get("/perimetres/"))

    assert "Le conseil a changé d" in page
    assert "Accord du maire." not in page
    assert "Je recommence." not in page
    assert f"/propositions/{withdrawn.pk}/" in page


def test_a_day_is_shown_on_a_map_with_its_files(place, settings):
    settings.COMMUNE_INSEE = "26999"
    referent = client_of(place, REFERENT)

    page = words(referent.get("/perimetres/?jour=2020-01-01"))
    drawn = referent.get("/secteurs/2020-01-01/carte.svg")

    assert 'src="/secteurs/2020-01-01/carte.svg"' in page
    assert 'href="/secteurs/2020-01-01/secteurs.gpkg"' in page
    assert drawn["Content-Type"] == "image/svg+xml"
    assert [f">{number}</text>" in drawn.content.decode() for number in (1, 2, 3)] == [True, True, False]


def test_the_page_of_a_sector_has_its_map_where_it_has_a_perimeter(place, settings):
    settings.COMMUNE_INSEE = "26999"
    client = client_of(place, Role.VIGILANT)
    address = f"/secteurs/{TODAY}/carte-1.svg"

    with_perimeter, without = (words(client.get(f"/secteurs/{place.sectors[rank].pk}/")) for rank in (0, 2))

    assert f'src="{address}"' in with_perimeter
    assert "carte-3.svg" not in without
    assert client.get(address).status_code == 200
    assert client.get(f"/secteurs/{TODAY}/carte-3.svg").status_code == 404
