import pytest
from django.test import Client

from accounts.roles import Role
from sectors.models import Proposal
from sectors.services.examination import key_of
from tests.access.people import Place, let_in
from tests.sectors.proposing import build_proposal

pytestmark = pytest.mark.django_db

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE


@pytest.fixture
def draft(place: Place) -> Proposal:
    return build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)


def client_of(place: Place, role: Role) -> Client:
    return let_in(Client(), place.accounts[role])


def compose(client: Client, proposal: Proposal, sector, streets: str, revision: int = 1, **said):
    fields = {"streets-key": key_of(sector), "streets-streets": streets, "streets-revision": revision, **said}
    return client.post(f"/propositions/{proposal.pk}/rues/", fields)


def words(answer) -> str:
    return " ".join(answer.content.decode().replace("&#x27;", "'").split())


def test_a_list_of_streets_is_kept_as_a_drawing_without_script(place, draft):
    answer = compose(client_of(place, REFERENT), draft, place.sectors[0], "rue des Lilas\nrue du Moulin")

    draft.refresh_from_db()
    assert draft.revision == 2
    # Of the four addresses of the two streets, two are on the ground of « Le Moulin ».
    assert "est construit et enregistré : 2 adresses." in words(answer)
    assert "2 adresses restent dehors" in words(answer)
    assert "rue des Lilas rue du Moulin</textarea>" in words(answer)
    assert 'name="streets-revision" value="2"' in words(answer)


def test_a_street_is_added_to_the_list_without_script(place, draft):
    more = {"street-street": "rue du Moulin", "street-first": 3, "street-last": 15, "street-side": "impairs"}

    answer = compose(client_of(place, REFERENT), draft, place.sectors[0], "rue des Lilas", add="1", **more)
    nameless = compose(client_of(place, REFERENT), draft, place.sectors[0], "rue des Lilas", add="1")

    assert "rue des Lilas rue du Moulin, du 3 au 15 impairs</textarea>" in words(answer)
    assert "À corriger" in words(nameless)
    assert "rue des Lilas</textarea>" in words(nameless)
    assert draft.revisions.count() == 1


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ({}, "rue du Moulin</textarea>"),
        ({"street-first": 3}, "rue du Moulin, à partir du 3</textarea>"),
        ({"street-last": 15, "street-side": "pairs"}, "rue du Moulin, jusqu'au 15 pairs</textarea>"),
        ({"street-side": "pairs"}, "rue du Moulin, pairs</textarea>"),
    ],
)
def test_the_numbers_of_a_street_are_written_as_the_list_reads_them(place, draft, said, line):
    more = {"street-street": "rue du Moulin", "add": "1", **said}

    assert line in words(compose(client_of(place, REFERENT), draft, place.sectors[0], "", **more))


def test_a_street_that_is_unknown_is_told_and_the_list_stays(place, draft):
    answer = compose(client_of(place, REFERENT), draft, place.sectors[0], "rue de Nulle Part")

    assert "Ligne 1 : aucune adresse de la commune n'est dans « rue de Nulle Part »" in words(answer)
    assert "rue de Nulle Part</textarea>" in words(answer)
    assert draft.revisions.count() == 1


def test_a_list_does_not_overwrite_what_was_kept_meanwhile(place, draft):
    compose(client_of(place, POLICE), draft, place.sectors[0], "rue des Lilas")

    answer = compose(client_of(place, REFERENT), draft, place.sectors[0], "rue du Moulin", revision=1)

    assert "Quelqu'un d'autre a enregistré cette proposition" in words(answer)
    assert draft.revisions.count() == 2


def test_a_list_is_for_a_sector_of_the_proposal(place, draft):
    answer = compose(client_of(place, POLICE), draft, place.sectors[1], "rue du Moulin")

    assert "À corriger" in words(answer)
    assert draft.revisions.count() == 1


def test_a_sector_without_a_perimeter_is_drawn_from_nothing(place):
    police = client_of(place, POLICE)

    began = police.post(f"/perimetres/{place.sectors[2].pk}/proposer/", follow=True)
    proposal = Proposal.objects.get()
    proposed = police.post(f"/propositions/{proposal.pk}/proposer/", {"propose-revision": 1}, follow=True)

    assert began.redirect_chain == [(f"/propositions/{proposal.pk}/atelier/", 302)]
    assert "rien n'est dessiné" in words(police.get(f"/propositions/{proposal.pk}/"))
    assert "Aucun périmètre n'est dessiné" in words(proposed)
    assert Proposal.objects.get().state == "draft"


def test_the_workshop_of_what_is_no_draft_any_more_leads_to_the_proposal(place, draft):
    Proposal.objects.update(state="proposed")

    answer = client_of(place, REFERENT).get(f"/propositions/{draft.pk}/atelier/")

    assert answer.headers["Location"] == f"/propositions/{draft.pk}/"


def test_police_begin_a_sector_that_is_not_there_yet_around_some_streets(place):
    police = client_of(place, POLICE)
    # The perimeter of « Le Moulin » ends today: its two addresses are on free ground.
    place.sectors[1].perimeters.all().delete()
    said = {"number": 4, "name": "Les Hauts", "streets": "rue du Moulin"}

    taken = police.post("/perimetres/nouveau/", {**said, "number": 2})
    unknown = police.post("/perimetres/nouveau/", {**said, "streets": "rue de Nulle Part"})
    began = police.post("/perimetres/nouveau/", said)

    assert "Le secteur « 2 · Le Moulin » porte déjà ce numéro" in words(taken)
    assert "Ligne 1 : aucune adresse de la commune" in words(unknown)
    proposal = Proposal.objects.get()
    assert began.headers["Location"] == f"/propositions/{proposal.pk}/atelier/"
    assert str(proposal.last_saved().areas.get()) == "4 · Les Hauts"
    assert "4 · Les Hauts" in words(police.get(f"/propositions/{proposal.pk}/atelier/"))


def test_only_who_proposes_for_the_commune_creates_a_sector(place):
    referent, police = client_of(place, REFERENT), client_of(place, POLICE)

    assert referent.get("/perimetres/nouveau/").status_code == 404
    assert "Créer un secteur" not in words(referent.get("/perimetres/"))
    assert "Créer un secteur" in words(police.get("/perimetres/"))
