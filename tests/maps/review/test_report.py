import datetime as dt
import hashlib
import itertools
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.html import escape

from accounts.models import Export
from geo import french
from geo.statistics.rates import Verdict
from maps.errors import NotPublished
from maps.review.course import Course
from maps.review.measures import INDICATORS
from maps.review.periods import Kind, Period
from maps.review.reading import IndicatorTold
from maps.review.report import YearTold, read_year, render_map, render_pdf
from maps.review.report.sentences import tell_events
from sectors.models import ReviewFigure
from tests.access.people import let_in, police_account
from tests.accessible_pdf import faults_of
from tests.builders import Town, build_town
from tests.maps.exports.test_road_sheet import inflated

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

HOSTILE = 'Le "Moulin" & <script>alert(1)</script>'
PUBLISHED_ON = dt.date(2026, 1, 4)


def publish(town: Town, measure: str, period: Period, **values: float | None) -> None:
    places = {"commune": ("commune", None), "one": ("sector", town.sectors[0]), "two": ("sector", town.sectors[1])}
    ReviewFigure.objects.bulk_create(
        ReviewFigure(
            commune_id=town.commune.pk,
            measure=measure,
            place=places[name][0],
            sector_id=places[name][1] and places[name][1].pk,
            kind=period.kind,
            first_day=period.first_day,
            value=value,
            published_on=PUBLISHED_ON,
        )
        for name, value in values.items()
    )


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker) -> Iterator[Town]:
    """Two published years: twice as many absences in sector 1 in the second, sector 2 always left out.

    The login of figures sees what is committed alone.
    """
    with django_db_blocker.unblock():
        town = build_town()
        town.sectors[1].name = HOSTILE
        town.sectors[1].save()
        for year, absences in ((2024, (120, 80)), (2025, (180, 160))):
            publish_year(town, year, absences)
        for month in range(1, 13):
            period = Period(kind=Kind.MONTH, first_day=dt.date(2025, month, 1))
            publish(town, "absences", period, commune=None if month == 2 else 15)
    yield town
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False, allow_cascade=True)


def publish_year(town: Town, year: int, absences: tuple[int, int]) -> None:
    period = Period(kind=Kind.YEAR, first_day=dt.date(year, 1, 1))
    publish(town, "absences", period, commune=absences[0], one=absences[1], two=None)
    publish(town, "nights", period, commune=1800, one=1600, two=None)
    publish(town, "passages", period, commune=900, one=850, two=None)
    publish(town, "passages_owed", period, commune=1200, one=1000, two=None)
    publish(town, "anomalies", period, commune=12, one=None, two=None)
    publish(town, "reports", period, commune=60, one=40, two=None)
    publish(town, "addresses_covered", period, commune=2500, one=2000, two=500)
    publish(town, "evenness", period, commune=0.91, one=0.9, two=None)
    publish(town, "addresses", period, commune=5000)
    publish(town, "meeting_age_days", period, one=30, two=400)
    for measure, count in (("bulletins_sent", 6), ("bulletins_read", 5), ("bulletins_relayed", 4)):
        publish(town, measure, period, commune=count, one=count, two=0)
    for measure, count in (("bulletins", 2), ("bulletins_reached", 1)):
        publish(town, measure, period, commune=count)


@pytest.fixture(scope="module")
def told(town, django_db_blocker) -> YearTold:
    with django_db_blocker.unblock():
        return read_year(town.commune, 2025)


@pytest.fixture(scope="module")
def pdf(told, django_db_blocker) -> bytes:
    with django_db_blocker.unblock():
        return render_pdf(told)


@pytest.fixture
def asked_of(tmp_path):
    """What the tools of poppler say of a PDF."""

    def ask(pdf: bytes, *command: str) -> str:
        path = tmp_path / "bilan.pdf"
        path.write_bytes(pdf)
        words = [str(path) if word == "FILE" else word for word in command]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    return ask


@pytest.fixture
def text(pdf, asked_of) -> str:
    return " ".join(french.plain(asked_of(pdf, "pdftotext", "FILE", "-")).split())


def test_the_eight_indicators_are_told_in_their_order(text):
    titles = [
        "1. Couverture du dispositif",
        "2. Référents et réunions",
        "3. Absences et nuits surveillées",
        "4. Passages",
        "5. Anomalies",
        "6. Signalements",
        "7. Cambriolages",
        "8. Messages de prévention",
        "Méthode",
        "Ce que ces chiffres ne disent pas",
        "Paramètres et empreinte",
    ]
    after_contents = text[text.index("L'année en bref", text.index("L'année en bref") + 1) :]
    places = [after_contents.rindex(title) for title in titles]
    assert places == sorted(places)


# Of 300 and of 240 events in two years chance parts the halves by some 17 and 15: 60 and 80 more are no chance.
def test_a_difference_is_told_with_chance_and_never_of_what_is_left_out(text):
    assert "2 500 adresses sur 5 000 (50 %)" in text
    assert "Absences commencées en 2025 : 180 (de 155 à 208)." in text
    assert "Face à 2024 : 180 contre 120 : davantage, plus que le hasard" in text
    assert "Davantage qu'en 2024, plus que le hasard ne l'explique : 1 · Les Lilas." in text
    assert "Secteurs comparés à 2024 : 1 sur 2." in text
    assert "1 secteur sur 2 : non publié : moins de 11 absences" in text
    assert "2 secteurs sur 2 : non publié : moins de 11 anomalies" in text
    assert "Secteurs comparés à 2024 : aucun sur 2, faute de deux chiffres publiés." in text
    assert "Étalement des heures de passage : 0,91, comme 18 heures à parts égales" in text
    assert "900 faits sur 1 200 visés (75 %)" in text
    assert f"Pas de réunion depuis plus d'un an : 2 · {HOSTILE}." in text
    assert "Les mandats tenus ce jour-là ne sont plus connus" in text
    assert "2 messages envoyés, à 1 secteur." in text
    assert "Remises, une par message et par secteur : 6, dont 5 lues par un référent et 4 relayées." in text
    assert "Signalements reçus en 2025 : 60 (de 46 à 77)." in text
    assert "1 secteur sur 2 : non publié : moins de 5 signalements" in text
    assert "les anomalies que constatent les équipages se comptent à part" in text


def test_none_differs_is_said_of_those_that_are_compared(told):
    table = told.review.figures.table("absences")
    rows = [replace(row, verdict_before=row.verdict_before and Verdict.PERHAPS_CHANCE) for row in table.rows]
    alike = replace(table, rows=tuple(rows))
    figures = replace(told.review.figures, indicators=(IndicatorTold(indicator=INDICATORS[2], tables=(alike,)),))

    said = tell_events(replace(told, review=replace(told.review, figures=figures)), "absences")

    assert "Secteurs comparés à 2024 : 1 sur 2. Aucun ne s'en écarte plus que le hasard ne l'explique." in said


def test_a_column_without_figures_stays_in_its_table(text):
    # The mandates of 2025 are not known, the meetings are.
    assert "Référents (sur 2)" in text
    assert "1 · Les Lilas – 30" in text


def test_drawings_have_their_tables(text):
    assert "fév. non publié" in text
    # 160 absences upon 2,000 addresses; by chance 136.2 to 186.8, halved.
    assert "1 · Les Lilas 80,0 (de 68,1 à 93,4) 80,0" in text
    assert f"2 · {HOSTILE} non publié –" in text


def test_the_document_says_what_makes_it_again(told, text):
    assert re.fullmatch(r"[0-9a-f]{64}", told.fingerprint)
    assert told.fingerprint_told in text
    assert "Valmont-sur-Rhône (26999)" in text
    assert "dimanche 4 janvier 2026" in text


def test_the_same_review_has_the_same_fingerprint_and_the_same_bytes(town, told, pdf):
    again = read_year(town.commune, 2025)

    assert again.fingerprint == told.fingerprint
    assert render_pdf(again) == pdf


def with_one_figure_more(told: YearTold) -> YearTold:
    key = ("absences", "commune", Period(kind=Kind.YEAR, first_day=dt.date(2023, 1, 1)))
    return replace(told, course=Course(published={**told.course.published, key: 90}))


def with_one_figure_left_out(told: YearTold) -> YearTold:
    key = ("absences", "commune", told.period)
    return replace(told, course=Course(published={**told.course.published, key: None}))


def with_one_address_more(told: YearTold) -> YearTold:
    first, *others = told.review.coverage.areas
    areas = (replace(first, addresses=first.addresses + 1), *others)
    return replace(told, review=replace(told.review, coverage=replace(told.review.coverage, areas=areas)))


@pytest.mark.parametrize("change", [with_one_figure_more, with_one_figure_left_out, with_one_address_more])
def test_what_says_something_else_has_another_fingerprint(told, change):
    assert change(told).fingerprint != told.fingerprint


def test_another_way_of_telling_the_figures_has_another_fingerprint(told, monkeypatch):
    monkeypatch.setattr("maps.review.report.year.VERSION", 4)
    assert replace(told).fingerprint != told.fingerprint


@pytest.mark.parametrize("year", [0, 3, 2019, 9999])
def test_a_year_that_is_not_published_is_refused(town, year):
    with pytest.raises(NotPublished, match=f"Le bilan de {year} n'est pas publié"):
        read_year(town.commune, year)


def test_the_file_declares_itself_accessible_with_headings_in_order(pdf, asked_of):
    structure = re.findall(r"^ *(\w+)", asked_of(pdf, "pdfinfo", "-struct", "FILE"), re.MULTILINE)
    levels = [int(tag[1]) for tag in structure if re.fullmatch(r"H\d", tag)]
    assert levels[:2] == [1, 2]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert "Tagged:          yes" in asked_of(pdf, "pdfinfo", "FILE")
    assert 'pdfuaid:part="1"' in asked_of(pdf, "pdfinfo", "-meta", "FILE")


def test_the_document_keeps_the_rules_of_accessible_pdf(pdf):
    assert faults_of(pdf) == set()


def test_every_drawing_is_told_in_words_and_every_table_has_headings(pdf):
    objects = inflated(pdf)
    # A table that goes on over the page is tagged once a page, and has its caption once.
    figures, tables = (len(re.findall(rb"/S ?/" + kind + rb"\b", objects)) for kind in (b"Figure", b"Caption"))

    # The maps of the perimeters and of the rate, three lines, two bars, small charts.
    assert figures == 10
    assert len(re.findall(rb"/Alt ?[(<]", objects)) == figures
    # The eight beside drawings, then référents, patrols, messages and the parameters.
    assert tables == figures + 4
    assert len(re.findall(rb"/S ?/TH\b", objects)) > 2 * tables
    assert re.search(rb"/Lang ?\(fr\)", objects)


def test_the_map_says_the_rate_and_the_fingerprint(told):
    html = french.plain(render_map(told, "absences"))

    assert "Absences commencées pour 1 000 adresses, 2025" in html
    assert told.fingerprint_told in html
    assert re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', html) == [
        ("1 · Les Lilas", "80,0 (de 68,1 à 93,4)"),
        (f"2 · {escape(HOSTILE)}", "non publié"),
    ]


@pytest.fixture
def police(town) -> Client:
    return let_in(Client(), police_account())


def test_the_document_and_the_map_leave_with_a_name_and_are_listed(police, pdf):
    document, drawn = police.get("/bilan/2025/rapport.pdf"), police.get("/bilan/2025/carte.html?mesure=passages")

    assert document.content == pdf
    assert document["Content-Type"] == "application/pdf"
    assert document["Content-Disposition"] == 'attachment; filename="bilan-2025.pdf"'
    assert "Passages faits pour 1 000 adresses" in french.plain(drawn.content.decode())
    assert drawn["Content-Disposition"] == 'attachment; filename="bilan-2025-passages.html"'
    listed = Export.objects.order_by("pk").values_list("kind", "subject_kind", "content_sha256")
    assert list(listed) == [
        ("review_pdf", "geo.commune", hashlib.sha256(document.content).hexdigest()),
        ("review_html", "geo.commune", hashlib.sha256(drawn.content).hexdigest()),
    ]


@pytest.mark.parametrize(
    ("asked", "links"),
    [
        ("periode=2025&mesure=absences", ["/bilan/2025/rapport.pdf", "/bilan/2025/carte.html?mesure=absences"]),
        ("periode=2025&mesure=addresses_covered", ["/bilan/2025/rapport.pdf"]),
        ("periode=2025-03&mesure=absences", []),
    ],
)
def test_the_page_of_a_year_leads_to_its_document_and_to_the_map_of_its_measure(police, asked, links):
    page = police.get(f"/bilan/?{asked}").content.decode()

    assert re.findall(r'href="(/bilan/[^"]*(?:pdf|html[^"]*))"', page) == links


@pytest.mark.parametrize(
    "address",
    [
        "2019/rapport.pdf",
        "2025-07/rapport.pdf",
        "2019/carte.html",
        "2025/carte.html?mesure=referents",
        "2025/carte.html?mesure=<b>",
        "x/carte.html",
    ],
)
def test_what_is_not_published_or_no_year_or_no_measure_does_not_exist(police, address):
    assert police.get(f"/bilan/{address}").status_code == 404
    assert not Export.objects.exists()


def test_a_command_writes_the_document_and_lists_it(town, pdf, told, tmp_path, capsys):
    target = tmp_path / "bilan.pdf"
    call_command("yearly_review", year=2025, to=target)

    assert target.read_bytes() == pdf
    assert told.fingerprint_told in capsys.readouterr().out
    assert [(each.kind, each.made_by) for each in Export.objects.all()] == [("review_pdf", None)]


def test_a_command_for_a_year_that_is_not_published_writes_nothing(town, tmp_path):
    with pytest.raises(CommandError, match="Le bilan de 2019 n'est pas publié") as refused:
        call_command("yearly_review", year=2019, to=tmp_path / "bilan.pdf")

    assert refused.value.returncode == 2
    assert list(tmp_path.iterdir()) == []
