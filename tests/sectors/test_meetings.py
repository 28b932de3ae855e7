import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from sectors.models import Meeting, Sector
from tests.access.people import PoliceClient
from tests.builders import build_ground, build_meeting

pytestmark = pytest.mark.django_db

SENT = {"held_on": "2026-01-02", "place_name": "Maison de quartier", "present": "23", "referents_present": "2"}


@pytest.fixture
def sector() -> Sector:
    return Sector.objects.create(commune=build_ground(), number=1, name="Laprat")


@pytest.fixture
def desk(sector) -> PoliceClient:
    return PoliceClient()


def test_a_meeting_is_noted_read_and_taken_back(desk, sector):
    page = desk.post(f"/secteurs/{sector.pk}/reunion/", SENT, follow=True).content.decode()
    assert "La réunion est notée." in page
    assert 'Maison de quartier</td><td class="number">23</td><td class="number">2</td>' in page
    assert "02/01/2026" in desk.get("/secteurs/").content.decode()

    page = desk.post(f"/reunions/{Meeting.objects.get().pk}/retirer/", follow=True).content.decode()
    assert "Aucune réunion n'est notée dans ce secteur." in page
    assert list(
        AuditEntry.objects.filter(action__startswith="meeting").order_by("pk").values_list("action", flat=True)
    ) == [
        "meeting.note",
        "meeting.remove",
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"held_on": "2999-01-01"}, "pas encore venu"),
        ({"held_on": "1990-01-01"}, "Vérifiez l&#x27;année"),
        ({"held_on": "2026-08-12"}, "déjà notée ce jour-là"),
        ({"present": "1"}, "parmi les présents"),
        ({"referents_present": "3"}, "Un secteur a deux référents au plus"),
        ({"place_name": ""}, "obligatoire"),
    ],
)
def test_what_is_wrong_is_told_and_not_noted(desk, sector, wrong, words):
    build_meeting(sector)

    page = desk.post(f"/secteurs/{sector.pk}/reunion/", {**SENT, **wrong}).content.decode()

    assert words in page
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    "counts", [{"present": 9, "referents_present": 3}, {"present": 1, "referents_present": 2}]
)
def test_the_database_counts_two_referents_at_most_among_those_present(sector, counts):
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(sector=sector, held_on="2026-01-01", place_name="Mairie", **counts)
