import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from sectors.importers.burglaries import COMMUNE, HEADINGS, OUTSIDE, Line, read_cells, understand
from sectors.models import BurglaryCount
from tests.access.people import let_in, police_account
from tests.builders import build_town

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

MARCH, LAST = dt.date(2026, 3, 1), dt.date(2026, 8, 1)
WHOLE = ["03/2026;1;4;1", "03/2026;2;0;0", "03/2026;hors secteurs;2;0"]


def csv(*lines: str, headings: str = ";".join(HEADINGS)) -> bytes:
    return "\r\n".join([headings, *lines]).encode()


def told(*lines: str, published=()) -> list[tuple[int, str]]:
    _, problems = understand(read_cells(csv(*lines)), sectors=[1, 2], last_month=LAST, published=published)
    return [(problem.line, problem.sentence) for problem in problems]


def test_a_month_by_sector_is_understood():
    lines, problems = understand(read_cells(csv(*WHOLE)), sectors=[1, 2], last_month=LAST, published=())

    assert problems == []
    assert [(one.month, one.place, one.burglaries, one.watched) for one in lines] == [
        (MARCH, 1, 4, 1),
        (MARCH, 2, 0, 0),
        (MARCH, OUTSIDE, 2, 0),
    ]


@pytest.mark.parametrize("said", ["03/2026", "3/2026", "01/03/2026", "2026-03", "2026-03-01", "mars 2026"])
def test_a_month_is_read_as_it_is_commonly_written(said):
    lines, _ = understand(read_cells(csv(f"{said};Commune;12;0")), sectors=[1, 2], last_month=LAST, published=())

    assert lines == [Line(line=2, month=MARCH, place=COMMUNE, burglaries=12, watched=0)]


def test_a_workbook_says_the_same():
    book, file = Workbook(), io.BytesIO()
    book.active.append(list(HEADINGS))
    book.active.append([dt.datetime(2026, 3, 1), "commune", 12, 1])  # noqa: DTZ001 (as a spreadsheet has it)
    book.save(file)

    lines, _ = understand(read_cells(file.getvalue()), sectors=[1, 2], last_month=LAST, published=())

    assert (lines[0].month, lines[0].burglaries) == (MARCH, 12)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("mars;1;4;1", "n'est pas un mois"),
        ("13/2026;1;4;1", "n'est pas un mois"),
        ("09/2026;1;4;1", "Septembre 2026 n'est pas terminé"),
        ("03/2026;7;4;1", "« 7 » n'est pas un secteur"),
        ("03/2026;partout;4;1", "« partout » n'est pas un secteur"),
        ("03/2026;1;;1", "« Cambriolages » : écrivez un nombre entier"),
        ("03/2026;1;4,5;1", "« Cambriolages » : écrivez un nombre entier"),
        ("03/2026;1;-4;1", "« Cambriolages » : écrivez un nombre entier"),
        ("03/2026;1;4;", "« Dont logements surveillés » : écrivez un nombre entier"),
        ("03/2026;1;4;5", "5 logements surveillés, pour 4 cambriolages"),
        ("03/2026;1;4;1;rue du Moulin", "plus de colonnes que le modèle"),
    ],
)
def test_a_line_that_is_wrong_says_why_and_where(line, says):
    ((number, sentence),) = told(WHOLE[0], line)

    assert number == 3
    assert says in sentence


def test_a_month_is_given_whole_and_once():
    assert told(WHOLE[0]) == [
        (2, "Mars 2026 : il manque 2, « hors secteurs ». Écrivez 0 là où il n'y en a pas eu.")
    ]
    assert "à la fois" in told(*WHOLE, "03/2026;commune;6;1")[0][1]
    assert told(*WHOLE, "mars 2026;secteur 1;4;1") == [
        (5, "Mars 2026 y est déjà pour ce lieu, ligne 2. Ôtez l'une.")
    ]


def test_lines_on_end_with_the_same_fault_are_told_at_once():
    april = WHOLE[0].replace("03/", "04/")
    refused = [*WHOLE, april, WHOLE[0]]
    _, problems = understand(read_cells(csv(*refused)), sectors=[1, 2], last_month=LAST, published=[MARCH])

    published = "Mars 2026 est publié dans le bilan et ne change plus. Ôtez ce mois du fichier."
    assert [(each.where, each.sentence) for each in problems] == [
        ("Lignes 2 à 4", published),
        ("Ligne 6", published),
    ]


@pytest.fixture
def police(db, client):
    town = build_town()
    let_in(client, police_account(town.commune.pk))
    client.town = town
    return client


def give(client, content: bytes):
    return client.post(reverse("sectors:burglaries"), {"fichier": SimpleUploadedFile("nombres.csv", content)})


def test_police_give_a_month_and_replace_it_until_it_is_published(police):
    assert "Aucun mois n'est donné" in police.get(reverse("sectors:burglaries")).content.decode().replace(
        "&#x27;", "'"
    )

    assert give(police, csv("03/2026;commune;12;1")).status_code == 302
    assert give(police, csv("03/2026;commune;13;1")).status_code == 302

    assert [(one.place, one.burglaries, one.watched) for one in BurglaryCount.objects.all()] == [
        ("commune", 13, 1)
    ]
    assert "peut être remplacé" in police.get(reverse("sectors:burglaries")).content.decode()


@pytest.mark.parametrize("is_published", [False, True])
def test_the_template_has_the_next_month_to_give(police, monkeypatch, is_published):
    this_month = timezone.localdate().replace(day=1)
    last_month = (this_month - dt.timedelta(days=1)).replace(day=1)
    # The login of figures sees what is committed, which nothing is here.
    published = {last_month} if is_published else set()
    monkeypatch.setattr("sectors.services.burglaries.published_months", lambda _commune: published)

    lines = police.get(reverse("sectors:burglaries_template")).content.decode("utf-8-sig").splitlines()

    month = f"{this_month if is_published else last_month:%m/%Y}"
    assert lines == [";".join(HEADINGS), *(f"{month};{place};;" for place in ("1", "2", "hors secteurs"))]


def test_a_month_that_was_published_is_refused(police, monkeypatch):
    monkeypatch.setattr("sectors.views.burglaries.published_months", lambda _commune: {MARCH})

    assert give(police, csv("03/2026;commune;14;1")).status_code == 400
    assert not BurglaryCount.objects.exists()


def test_one_wrong_line_keeps_nothing_of_a_file(police):
    answer = give(police, csv("03/2026;commune;12;1", "04/2026;commune;douze;1", "05/2026;9;1;0"))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "<title>Erreur : Cambriolages" in page
    assert "Ligne 3" in page
    assert "Ligne 4" in page
    assert not BurglaryCount.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (csv("03/2026;1;4", headings="Mois;Secteur;Cambriolages"), "Les colonnes ne sont pas celles du modèle"),
        (b"%PDF-1.7", "ni un CSV ni un classeur"),
        (b"", "fichier"),
    ],
)
def test_another_file_is_refused_whole(police, content, says):
    answer = give(police, content)

    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_the_template_filled_in_is_taken(police):
    template = police.get(reverse("sectors:burglaries_template")).content.decode("utf-8-sig")
    filled = template.replace(";;", ";3;0").encode()

    assert give(police, filled).status_code == 302
    # Two sectors, and outside both.
    assert BurglaryCount.objects.count() == 3
