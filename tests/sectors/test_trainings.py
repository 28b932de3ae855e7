import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import Account, AuditEntry, Export, Identity
from accounts.roles import Role
from sectors.models import Attendance, Minutes, Training
from tests.access.people import let_in
from tests.builders import DAY, PDF, build_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(place) -> Client:
    identity = Identity(account=place.accounts[Role.REFERENT], name="Zoé Canari", phone="", email="")
    identity.keep_until(DAY)
    identity.save()
    return let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])


def note(desk: Client, place, **changed: object) -> str:
    mandate = place.accounts[Role.REFERENT].grants.get().pk
    said = {"held_on": "2026-01-02", "title": "Accueil des référents", "mandates": [mandate]}
    return desk.post("/formations/noter/", said | changed, follow=True).content.decode()


def test_a_training_is_noted_with_who_came_and_outside_the_number_is_read(desk, place):
    assert "Zoé Canari" in desk.get("/formations/noter/").content.decode()
    page = note(desk, place)
    assert "La formation est notée." in page
    assert 'Accueil des référents</td><td class="number">1</td>' in page

    sector = f"/secteurs/{place.sectors[0].pk}/"
    told = {
        role: "Formation suivie : Accueil des référents"
        in let_in(Client(), place.accounts[role]).get(sector).content.decode()
        for role in (Role.MUNICIPAL_POLICE, Role.REFERENT, Role.VIGILANT, Role.DPO)
    }
    assert told == {Role.MUNICIPAL_POLICE: True, Role.REFERENT: True, Role.VIGILANT: False, Role.DPO: False}
    page = let_in(Client(), place.accounts[Role.DPO]).get("/formations/").content.decode()
    assert "Zoé" not in page
    assert '<td class="number">1</td>' in page


def test_a_training_is_taken_back_with_who_came(desk, place):
    note(desk, place)

    page = desk.post(f"/formations/{Training.objects.get().pk}/retirer/", follow=True).content.decode()

    assert "Aucune formation" in page
    assert not Attendance.objects.exists()
    acts = AuditEntry.objects.filter(action__startswith="training").order_by("pk")
    assert [*acts.values_list("action", flat=True)] == ["training.note", "training.remove"]


def test_the_number_stays_once_a_mandate_is_gone(desk, place):
    note(desk, place)

    Account.objects.filter(pk=place.accounts[Role.REFERENT].pk).delete()

    assert Training.objects.get().attended == 1
    assert not Attendance.objects.exists()


def test_a_day_to_come_and_a_mandate_of_nobody_are_refused(desk, place):
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    assert "pas encore venu" in note(desk, place, held_on=f"{tomorrow}")
    assert "Vérifiez l&#x27;année" in note(desk, place, held_on="1999-12-31")
    vigilant = place.accounts[Role.VIGILANT].grants.get().pk
    assert "La formation est notée." not in note(desk, place, mandates=[vigilant])
    assert not Training.objects.exists()


def test_minutes_are_joined_replaced_and_handed_over_to_the_sector(desk, place):
    meeting = build_meeting(place.sectors[0])
    url = f"/reunions/{meeting.pk}/compte-rendu"
    referent = let_in(Client(), place.accounts[Role.REFERENT])
    assert "Le fichier est refusé" in send(referent, f"{url}/", b"MZ pas un PDF")
    assert "Le compte rendu est joint." in send(referent, f"{url}/", PDF)
    assert "Le compte rendu est joint." in send(desk, f"{url}/", PDF)
    assert Minutes.objects.count() == 1

    vigilant = let_in(Client(), place.accounts[Role.VIGILANT])
    assert f'href="{url}.pdf"' in vigilant.get(f"/secteurs/{place.sectors[0].pk}/").content.decode()
    answer = vigilant.get(f"{url}.pdf")

    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith('attachment; filename="compte-rendu-secteur-1-')
    assert Export.objects.get().kind == Export.Kind.MINUTES
    assert AuditEntry.objects.filter(action="meeting.minutes").count() == 1
    assert vigilant.post(f"{url}/").status_code == 404


def test_minutes_of_another_sector_are_nobodys_who_is_not_of_it(desk, place):
    meeting = build_meeting(place.sectors[1])
    send(desk, f"/reunions/{meeting.pk}/compte-rendu/", PDF)
    for role in (Role.REFERENT, Role.VIGILANT, Role.CREW, Role.CLSPD):
        client = let_in(Client(), place.accounts[role])
        assert client.get(f"/reunions/{meeting.pk}/compte-rendu.pdf").status_code == 404
        assert client.get(f"/reunions/{meeting.pk}/compte-rendu/").status_code == 404


def send(client: Client, url: str, content: bytes) -> str:
    file = SimpleUploadedFile("compte-rendu.pdf", content, "application/pdf")
    return client.post(url, {"content": file}, follow=True).content.decode()
