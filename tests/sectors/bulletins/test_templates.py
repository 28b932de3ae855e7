import pytest

from accounts.roles import Role
from geo.french import plain
from sectors.models import Bulletin, BulletinTemplate
from sectors.services.bulletins.templates import load_starters, read_starters
from tests.sectors.bulletins.messages import words

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

LIST = "/messages/modeles/"
TEXT = {"title": "Chiens", "subject": "Chiens dangereux", "text": "Tenez-les en laisse."}


def test_a_commune_takes_the_texts_of_ronde_and_makes_them_its_own(login_as, place):
    desk = login_as(Role.NATIONAL_POLICE)
    assert "6 modèles ajoutés." in plain(words(desk.post(f"{LIST}depart/", follow=True)))
    first = BulletinTemplate.objects.earliest("title")

    desk.post(f"{LIST}{first.pk}/", {**TEXT, "title": first.title})
    desk.post(f"{LIST}nouveau/", TEXT)
    desk.post(f"{LIST}{BulletinTemplate.objects.latest('title').pk}/supprimer/")
    first.refresh_from_db()

    assert (first.subject, BulletinTemplate.objects.count()) == ("Chiens dangereux", 6)
    # What was removed comes back, what was changed stays.
    assert load_starters(place.town.commune) == 1
    first.refresh_from_db()
    assert first.subject == "Chiens dangereux"


def test_a_title_is_given_once(login_as, place):
    load_starters(place.town.commune)

    refused = login_as(Role.MUNICIPAL_POLICE).post(f"{LIST}nouveau/", {**TEXT, "title": "Démarchage"})

    assert "Un autre modèle porte déjà ce titre." in words(refused)


def test_a_message_begins_from_a_text_and_is_then_its_own(login_as, place):
    load_starters(place.town.commune)
    desk, template = login_as(Role.MUNICIPAL_POLICE), BulletinTemplate.objects.get(title="Faux agents")
    empty = desk.post("/messages/ecrire/")["Location"]
    assert "Partir d'un modèle" in words(desk.get(empty))

    page = desk.post("/messages/ecrire/", {"template": template.pk})["Location"]

    assert page == empty
    assert template.subject[:10] in words(desk.get(page))
    assert "Partir d'un modèle" not in words(desk.get(page))
    template.delete()
    assert Bulletin.objects.get().text.startswith("Des personnes se présentent")


@pytest.mark.parametrize("starter", read_starters(), ids=lambda starter: starter["title"])
def test_the_texts_of_ronde_fit_say_what_to_do_and_name_nobody(starter):
    assert {name: len(starter[name]) <= longest for name, longest in (("title", 60), ("subject", 120))} == {
        "title": True,
        "subject": True,
    }
    assert len(starter["text"].split("\n\n")) == 3
    assert len(starter["text"]) < 600
    assert "!" not in starter["text"]
