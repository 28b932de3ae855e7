import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Export
from maps.review.periods import read_period
from maps.review.publishing import publish_closed_periods
from maps.review.reading import State, read_figures, read_review
from sectors.models import Perimeter, ReviewFigure, Sector
from tests.builders import MIDDLE, NORTH, SOUTH, WEST, Town, build_town, rectangle
from tests.maps.reading import words
from tests.maps.review.conftest import TODAY, begun_in, count_months

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

YEAR, SUMMER = "2025", "2026-ete"


@pytest.fixture(scope="module")
def committed(django_db_setup, django_db_blocker) -> Iterator[Town]:
    """What was published, for the login of figures, whose connections see what is committed alone.

    Sector 2 has had its perimeter since July 2025; the commune's name is one that a spreadsheet would run.
    """
    with django_db_blocker.unblock():
        town = count_months(build_town(name="=Valmont"))
        Perimeter.objects.filter(sector=town.sectors[1]).update(valid=DateRange(dt.date(2025, 7, 1), None))
        publish_closed_periods(town.commune, TODAY)
    yield town
    with django_db_blocker.unblock():
        call_command("flush", verbosity=0, interactive=False, allow_cascade=True)


@pytest.fixture
def published(committed, monkeypatch) -> Town:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: TODAY)
    return committed


def figures_of(town, key):
    return read_figures(town.commune, read_period(key))


def test_figures_are_set_beside_the_season_before_and_the_same_a_year_before(published):
    row = figures_of(published, SUMMER).table("absences").whole
    summer, spring, year_before = (
        sum(begun_in(rank, number) for rank in ranks for number in (0, 1, 2))
        for ranks in (range(17, 20), range(14, 17), range(5, 8))
    )

    assert (row.now.value, row.before.value, row.year_before.value) == (summer, spring, year_before)
    assert row.against_before.startswith(f"{summer} contre {spring} : le hasard suffit")
    # Garwood: the exact interval holds the count.
    assert row.now.interval.low < summer < row.now.interval.high


def test_what_is_left_out_is_not_compared_and_what_is_unknown_is_told_as_such(published):
    table = figures_of(published, "2026-08").table("absences")
    outside = next(row for row in table.rows if row.place.key == "outside")

    assert outside.now.state is State.LEFT_OUT
    assert str(outside.now) == "non publié : moins de 11 absences, ou de quoi déduire un tel nombre"
    assert outside.against_before == "non comparé"
    assert figures_of(published, YEAR).table("absences").whole.against_before == "pas de chiffre"


def test_passages_are_told_of_those_owed_and_in_percent_from_a_hundred(published):
    everywhere = next(row for row in figures_of(published, YEAR).patrols if row.place.is_commune)

    begun = sum(begun_in(rank, number) for rank in range(12) for number in (0, 1, 2))
    done, owed = 8 * begun + 32, 9 * begun
    assert f"({100 * done / owed:.0f}\u00a0%)" in everywhere.told


def test_a_review_has_coverage_by_the_perimeters_of_its_last_day(published):
    review = read_review(published.commune, read_period(YEAR))

    assert (review.coverage.addresses.part, review.coverage.addresses.whole) == (4, 4)
    assert [area.addresses for area in review.coverage.areas] == [2, 2]
    assert review.moves == ()
    assert read_review(published.commune, read_period("2019")) is None


def test_the_page_shows_the_last_year_and_hatches_what_is_left_out(published, client):
    answer = client.get(reverse("maps:review"))

    text = words(answer)
    assert answer.status_code == 200
    assert "Bilan · année 2025" in text
    assert "La police municipale n'a pas donné les cambriolages" in text
    month = client.get(reverse("maps:review"), {"periode": "2026-08", "mesure": "absences"})
    assert 'class="number is-left-out"' in month.content.decode()
    assert "<svg" in month.content.decode()


def test_a_measure_is_drawn_over_the_same_months_of_the_years_each_drawing_with_its_table(published, client):
    # Summer 2025 and summer 2026; « Hors secteurs » has no drawing of its own.
    answer = client.get(reverse("maps:review"), {"periode": SUMMER, "mesure": "absences"})

    before, now = (
        sum(begun_in(rank, n) for rank in ranks for n in (0, 1, 2)) for ranks in (range(5, 8), range(17, 20))
    )
    page, text = answer.content.decode(), words(answer)
    assert '<title id="annees-1-title">Absences commencées, commune entière : été 2026' in page
    assert '<title id="annees-2-title">Absences commencées par secteur : été 2026' in page
    assert re.search(rf"2025 {before} \(de [\d,]+ à [\d,]+\) 2026 {now} \(", text)
    assert re.search(r"Ligne 2025 2026 1 · Les Lilas \d+ \(", text)
    # Nothing that the page's policy of content would refuse.
    assert "style=" not in page


@pytest.mark.parametrize(
    ("measure", "drawn"),
    [("addresses", ["annees-1"]), ("meeting_age_days", []), ("evenness", ["annees-1", "annees-2"])],
)
def test_what_has_no_figure_by_sector_or_none_at_all_has_no_such_drawing(published, client, measure, drawn):
    page = client.get(reverse("maps:review"), {"periode": SUMMER, "mesure": measure}).content.decode()

    assert re.findall(r'id="(annees-\d)-title"', page) == drawn


def test_intervals_of_counts_have_no_decimals_and_one_form_on_the_page_in_files_and_under_drawings(
    published, client
):
    row = figures_of(published, SUMMER).table("absences").whole
    low, high = round(row.now.interval.low), round(row.now.interval.high)

    text = words(client.get(reverse("maps:review"), {"periode": SUMMER}))
    rows = csv.reader(
        io.StringIO(client.get(reverse("maps:download_review", args=[SUMMER, "csv"])).content.decode("utf-8-sig")),
        delimiter=";",
    )

    assert f"=Valmont {row.now} de {low} à {high} {row.now} contre" in text
    assert f"{row.now} (de {low} à {high})" in text
    assert "entre" not in text[text.index("Lieu") :]
    assert [f"{low}", f"{high}"] in [line[6:8] for line in rows]


@pytest.mark.parametrize(
    ("measure", "counted"), [("absences", "absences"), ("passages", "absences"), ("anomalies", "anomalies")]
)
def test_what_is_not_published_names_what_is_few_and_says_that_it_is_not_the_homes_of_the_sector(
    published, client, measure, counted
):
    text = words(client.get(reverse("maps:review"), {"periode": "2026-08", "mesure": measure}))

    assert f"moins de 11 {counted}, ou de quoi déduire un tel nombre" in text
    assert "moins de 11 logements" not in text
    assert f"le nombre de ces {counted} et non la taille du secteur" in text


def test_how_hours_are_spread_is_said_in_hours(published, client):
    # 0.21 of log 24: as two hours with the same share, 24 ** 0.21 = 1.95.
    text = words(client.get(reverse("maps:review"), {"periode": YEAR, "mesure": "evenness"}))

    assert "=Valmont 0,21 comme 2 heures à parts égales" in text
    assert "1 : autant de passages à chacune des 24 heures" in text


def test_what_has_no_figure_says_so_in_its_column_and_not_as_a_comparison(published, client):
    page = client.get(reverse("maps:review"), {"periode": SUMMER}).content.decode()

    row = re.search(r">Cambriolages de logements</a></th>(.*?)</tr>", page)[1]
    assert re.findall(r"<td(.*?)>(.*?)</td>", row)[1:] == [
        (' colspan="3"', "La police municipale n&#x27;a pas donné les cambriolages de toute la période.")
    ]


# Mandates of a day are not told once accounts closed since may be erased; no message was ever sent.
@pytest.mark.parametrize(
    ("measure", "why"),
    [("referents", "les comptes fermés depuis s'effacent"), ("bulletins", "Aucun message envoyé jusque-là")],
)
def test_a_measure_without_any_figure_says_why_instead_of_an_empty_table(published, client, measure, why):
    text = words(client.get(reverse("maps:review"), {"periode": YEAR, "mesure": measure}))

    assert text.count(why) >= 2
    assert "Lieu année 2025" not in text


def test_many_sectors_are_told_page_by_page_and_the_commune_on_each(published, client, monkeypatch):
    monkeypatch.setattr("maps.views.review.PLACES_ON_A_PAGE", 2)
    asked = {"periode": SUMMER, "mesure": "absences"}

    first, second = (words(client.get(reverse("maps:review"), {**asked, "page": page})) for page in ("1", "2"))

    names = ("1 · Les Lilas", "2 · Le Moulin", "Hors secteurs", "=Valmont")
    # In the table, in the drawings and their table, among the rounds.
    assert [name in first for name in names] == [True, True, False, True]
    assert [name in second for name in names] == [False, False, True, True]
    assert "Page 1 sur 2" in first
    assert words(client.get(reverse("maps:review"), {**asked, "page": "x"})) == first


def test_the_perimeters_of_a_day_are_told_page_by_page(published, client, monkeypatch):
    monkeypatch.setattr("maps.views.review.PLACES_ON_A_PAGE", 1)

    page = words(client.get(reverse("maps:coverage"), {"jour": "2026-01-01", "page": "2"}))

    assert "Page 2 sur 2" in page
    assert ("2 · Le Moulin 2" in page, "1 · Les Lilas 2" in page) == (True, False)


def test_of_a_single_year_no_course_is_drawn(published, client):
    assert "Au fil des années" not in words(client.get(reverse("maps:review"), {"periode": YEAR}))


@pytest.mark.parametrize("asked", [{"periode": "2031"}, {"periode": "2025", "mesure": "noms"}, {"periode": "x"}])
def test_what_was_not_published_is_refused_at_its_field(published, client, asked):
    answer = client.get(reverse("maps:review"), asked)

    assert answer.status_code == 400
    assert "is-left-out" not in answer.content.decode()


def test_coverage_of_a_past_day_says_what_moved(published, client):
    text = words(client.get(reverse("maps:coverage"), {"jour": "2025-06-01"}))

    # The first sector has always held the west, with two addresses of four.
    assert "2 adresses sur 4 (50 %)" in text
    assert "2 · Le Moulin aucun périmètre 2" in text
    assert "Rien : chaque adresse est dans le même périmètre." in words(
        client.get(reverse("maps:coverage"), {"jour": "2026-01-01"})
    )


def test_a_day_without_perimeters_says_so_and_one_to_come_is_told_as_to_come(published, client):
    before, to_come = (
        words(client.get(reverse("maps:coverage"), {"jour": day})) for day in ("1999-01-01", "2035-06-01")
    )

    assert "Aucun périmètre ce jour-là" in before
    assert "0 adresses" not in before
    assert "Ce que tiendront les périmètres approuvés pour le vendredi 1er juin 2035" in to_come.replace(
        "\u00a0", " "
    )


def test_polygons_of_a_file_are_measured_and_kept_nowhere(published, client):
    west = {"type": "Polygon", "coordinates": rectangle(WEST, SOUTH, MIDDLE, NORTH).coords[0]}
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"nom": "=Projet"}, "geometry": west}],
        }
    )
    before = (Perimeter.objects.count(), Sector.objects.count())

    answer = client.post(reverse("maps:coverage"), {"fichier": SimpleUploadedFile("p.geojson", content.encode())})

    text = words(answer)
    assert answer.status_code == 200
    assert "2 adresses sur 4 (50 %)" in text
    assert "Rue du Moulin" in text
    assert (Perimeter.objects.count(), Sector.objects.count()) == before


@pytest.mark.parametrize("content", [b"", b"rien", b'{"type": "FeatureCollection", "features": []}'])
def test_a_file_that_holds_no_polygon_is_refused_in_french(published, client, content):
    answer = client.post(reverse("maps:coverage"), {"fichier": SimpleUploadedFile("p.geojson", content)})

    assert answer.status_code == 400
    assert "Votre fichier est refusé : rien n'est mesuré." in words(answer)
    assert "Ce qui est couvert" not in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()


def test_the_tables_leave_as_csv_and_xlsx_and_each_is_listed(published, client):
    urls = [reverse("maps:download_review", args=[SUMMER, extension]) for extension in ("csv", "xlsx")]

    as_csv, as_xlsx = (client.get(url) for url in urls)

    lines = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig")), delimiter=";"))
    cells = {(line["Mesure"], line["Lieu"]): line for line in lines}
    summer = sum(begun_in(rank, number) for rank in range(17, 20) for number in (0, 1, 2))
    assert cells["Absences commencées", "'=Valmont"]["Chiffre"] == str(summer)
    assert cells["Absences commencées", "Hors secteurs"]["Chiffre"] == ""
    assert "moins de 11" in cells["Absences commencées", "Hors secteurs"]["Pourquoi il n'y en a pas"]
    sheet = load_workbook(io.BytesIO(as_xlsx.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert ("Absences commencées", "'=Valmont", summer) in {(row[1], row[2], row[4]) for row in rows}
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    kinds = list(Export.objects.order_by("pk").values_list("kind", "subject_kind"))
    assert kinds == [("review_csv", "geo.commune"), ("review_xlsx", "geo.commune")]


def test_no_file_of_what_was_not_published(published, client):
    assert client.get(reverse("maps:download_review", args=["2031", "csv"])).status_code == 404
    assert not Export.objects.exists()


def test_a_visitor_is_led_to_the_log_in(published):
    assert Client().get(reverse("maps:review")).status_code == 302


def test_the_page_asks_as_much_of_the_database_whatever_was_published(
    published, client, django_assert_max_num_queries
):
    assert ReviewFigure.objects.count() > 1_000
    with django_assert_max_num_queries(45):
        client.get(reverse("maps:review"), {"periode": SUMMER})
