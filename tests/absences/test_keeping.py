import datetime as dt

from absences.models import Absence
from accounts.services.purge import purge
from tests.absences.reading import words

RECORD = "/logements/{}/"


def page_of(client, absence: Absence) -> str:
    return words(client.get(RECORD.format(absence.pk))).replace("\u00a0", " ")


def test_a_record_says_until_when_each_thing_is_kept_and_what_remains(desk, town):
    # Vacant to 20 August, kept seven days more.
    said = page_of(desk, town.absences[0])

    assert "7 jours après le retour, ou l'annulation : jusqu'au jeudi 27 août 2026" in said
    assert "et au plus tard avec l'absence du logement : le jeudi 27 août 2026" in said
    assert "Passages écartés, Arrêts" in said
    assert "Nombre d'absences et de nuits par secteur et par mois" in said


def test_an_earlier_return_brings_the_end_nearer(desk, town):
    Absence.objects.update(returned_on=dt.date(2026, 8, 12))

    assert "jusqu'au mercredi 19 août 2026" in page_of(desk, town.absences[0])


def test_what_the_record_says_is_what_the_purge_does(desk, town, own_keys):
    absence = Absence.objects.get(pk=town.absences[0].pk)

    purge(absence.kept_until)
    assert Absence.objects.filter(pk=absence.pk).exists()
    purge(absence.kept_until + dt.timedelta(days=1))
    assert not Absence.objects.filter(pk=absence.pk).exists()


def test_national_police_are_not_told(national_desk, town):
    said = page_of(national_desk, town.absences[0])

    assert "fiche n°" in said
    assert "Conservation" not in said
