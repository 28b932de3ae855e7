import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from accounts.models import Grant
from accounts.roles import Role
from sectors.models import Bulletin, BulletinReading, BulletinRelay
from tests.access.people import SINCE
from tests.sectors.bulletins.messages import SUBJECT, TEXT, draft_for, send_to, words

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

LIST = "/messages/"
WRITERS = (Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE)


@pytest.mark.parametrize(("role", "service"), list(zip(WRITERS, Bulletin.Service, strict=True)))
def test_a_correspondent_writes_reads_again_and_sends(login_as, place, role, service):
    desk = login_as(role)
    page = desk.post(f"{LIST}ecrire/")["Location"]
    typed = {"subject": SUBJECT, "text": TEXT, "sectors": [place.sectors[0].pk, place.sectors[2].pk]}

    answer = desk.post(page, typed)
    preview = words(desk.get(answer["Location"]))
    assert SUBJECT in preview
    assert "Un secteur n'a aucun référent" in preview
    assert not Bulletin.objects.sent().exists()

    told = desk.post(answer["Location"], follow=True)
    bulletin = Bulletin.objects.sent().get()
    assert (bulletin.service, bulletin.written_by) == (service, place.accounts[role])
    assert "Le message est envoyé." in words(told)
    assert "personne ne le lira" in words(told)
    # Pressed twice, or sent again by hand, it leads to the message.
    assert desk.post(answer["Location"])["Location"] == f"{LIST}{bulletin.pk}/"


def test_what_is_missing_is_said_and_a_draft_may_lack_it(login_as, place):
    desk = login_as(Role.MUNICIPAL_POLICE)
    page = desk.post(f"{LIST}ecrire/")["Location"]

    refused = words(desk.post(page, {"subject": SUBJECT, "text": "", "sectors": []}))
    assert refused.count("Ce champ est obligatoire.") >= 2
    assert "Cochez un secteur au moins" in refused
    assert desk.post(page, {"subject": SUBJECT, "keep": "1"})["Location"] == LIST
    assert SUBJECT in words(desk.get(LIST))
    assert desk.get(page.replace("/ecrire/", "/envoyer/")).status_code == 200
    told = words(desk.post(page.replace("/ecrire/", "/envoyer/"), follow=True))
    assert "Il manque un texte et au moins un secteur" in told


def test_an_empty_draft_is_found_again(login_as):
    desk = login_as(Role.MUNICIPAL_POLICE)

    assert desk.post(f"{LIST}ecrire/")["Location"] == desk.post(f"{LIST}ecrire/")["Location"]


def test_all_sectors_are_chosen_at_once(login_as, place):
    desk = login_as(Role.MUNICIPAL_POLICE)
    page = desk.post(f"{LIST}ecrire/")["Location"]

    desk.post(page, {"subject": SUBJECT, "text": TEXT, "everywhere": "on"})

    assert set(Bulletin.objects.get().sectors.all()) == {*place.sectors}


def test_a_draft_is_kept_as_one_writes_and_thrown_away(login_as, place):
    desk = login_as(Role.MUNICIPAL_POLICE)
    page = desk.post(f"{LIST}ecrire/")["Location"]

    assert desk.post(page.replace("/ecrire/", "/garder/"), {"subject": "Dém"}).status_code == 204
    assert Bulletin.objects.drafts().get().subject == "Dém"
    too_long = desk.post(page.replace("/ecrire/", "/garder/"), {"subject": "x" * 121})
    assert (too_long.status_code, Bulletin.objects.get().subject) == (422, "Dém")
    desk.post(page.replace("/ecrire/", "/jeter/"))
    assert not Bulletin.objects.exists()


def test_a_draft_is_its_authors_alone(login_as, place):
    draft = draft_for(place, place.sectors[0])

    for role in (Role.NATIONAL_POLICE, Role.REFERENT):
        client = login_as(role)
        assert SUBJECT not in words(client.get(LIST))
        assert client.get(f"{LIST}{draft.pk}/ecrire/").status_code == 404
        assert client.post(f"{LIST}{draft.pk}/envoyer/").status_code == 404
        assert client.get(f"{LIST}{draft.pk}/").status_code == 404


def test_what_was_sent_is_frozen(login_as, sent):
    desk = login_as(Role.MUNICIPAL_POLICE)

    for page in ("ecrire/", "garder/", "jeter/"):
        assert desk.post(f"{LIST}{sent.pk}/{page}", {"subject": "Autre", "text": "x"}).status_code == 404
    assert Bulletin.objects.get().subject == SUBJECT


def test_a_referent_reads_and_relays_and_the_vigilants_read_it_then(login_as, place, sent):
    referent, vigilant = login_as(Role.REFERENT), login_as(Role.VIGILANT)
    page = f"{LIST}{sent.pk}/"
    assert "non lu" in words(referent.get(LIST))
    assert vigilant.get(page).status_code == 404
    assert referent.head(page).status_code == 200
    assert not BulletinReading.objects.exists()

    assert SUBJECT in words(referent.get(page))
    assert BulletinReading.objects.get().account == place.accounts[Role.REFERENT]
    assert "non lu" not in words(referent.get(LIST))

    referent.post(f"{page}relayer/", {"means": ["poster", "meeting"]})
    assert set(BulletinRelay.objects.values_list("means", flat=True)) == {"poster", "meeting"}
    assert SUBJECT in words(vigilant.get(LIST))
    assert "Deux hommes se présentent" in words(vigilant.get(page))
    # A vigilant's opening is nobody's to count.
    assert BulletinReading.objects.count() == 1
    followed = words(login_as(Role.NATIONAL_POLICE).get(page))
    assert "Affiche" in followed
    assert "Réunion" in followed


def test_a_relay_says_by_which_means(login_as, sent):
    answer = login_as(Role.REFERENT).post(f"{LIST}{sent.pk}/relayer/", {"means": ["pigeon"]})

    assert (answer.status_code, BulletinRelay.objects.count()) == (200, 0)
    assert "À corriger" in words(answer)


def test_a_referent_of_two_sectors_says_in_which_one(login_as, place):
    Grant.objects.create(
        account=place.accounts[Role.REFERENT],
        role=Role.REFERENT,
        commune=place.town.commune,
        sector=place.sectors[1],
        valid=DateRange(SINCE, None),
    )
    bulletin = send_to(place, *place.sectors)
    referent = login_as(Role.REFERENT)
    page = f"{LIST}{bulletin.pk}/"

    asked = words(referent.get(page))
    assert "Dans quel secteur" in asked
    assert "checked" not in asked
    referent.post(f"{page}relayer/", {"means": ["poster"], "sectors": [place.sectors[1].pk]})

    assert BulletinReading.objects.count() == 2
    assert BulletinRelay.objects.get().sector == place.sectors[1]


def test_a_message_to_other_sectors_or_to_another_commune_does_not_exist(login_as, place, elsewhere):
    other, far = send_to(place, place.sectors[1]), send_to(elsewhere, elsewhere.sectors[0])

    for role in (Role.REFERENT, Role.VIGILANT):
        for bulletin in (other, far):
            assert login_as(role).get(f"{LIST}{bulletin.pk}/").status_code == 404
    assert login_as(Role.REFERENT).post(f"{LIST}{other.pk}/relayer/", {"means": ["poster"]}).status_code == 404
    assert login_as(Role.MUNICIPAL_POLICE).get(f"{LIST}{far.pk}/").status_code == 404


def test_a_correction_says_so_on_both_messages(login_as, place, sent):
    desk, referent = login_as(Role.NATIONAL_POLICE), login_as(Role.REFERENT)
    page = desk.post(f"{LIST}ecrire/", {"replaces": sent.pk})["Location"]
    typed = {"subject": "Corrigé", "text": "Neuf.", "sectors": [place.sectors[0].pk]}
    corrected = desk.post(desk.post(page, typed)["Location"])["Location"]

    assert "Ce message a été remplacé" in words(referent.get(f"{LIST}{sent.pk}/"))
    assert "Noter le relais" not in words(referent.get(f"{LIST}{sent.pk}/"))
    assert "Ce message remplace celui du" in words(referent.get(corrected))
    assert "a été remplacé entre-temps" in words(desk.post(f"{LIST}ecrire/", {"replaces": sent.pk}, follow=True))
