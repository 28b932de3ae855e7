import datetime as dt
import re
import subprocess
import zlib

import pytest
from weasyprint.urls import FatalURLFetchingError

from absences.models import Absence
from geo import french
from geo.models import Address
from maps.exports import road_sheet
from patrols.models import Stop
from tests.accessible_pdf import faults_of
from tests.builders import at, build_passage, build_stay

PRINTED_AT = dt.datetime(2026, 8, 12, 15, 30, tzinfo=dt.UTC)


@pytest.fixture
def text_of(tmp_path):
    def read(pdf: bytes) -> str:
        path = tmp_path / "feuille.pdf"
        path.write_bytes(pdf)
        read_out = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True)
        return french.plain(read_out.stdout)

    return read


def stops_told(text: str) -> list[tuple[str, str]]:
    """The address and the hour of each stop of a sheet, from the top to the bottom."""
    return re.findall(r"^ *\d* *(\d+ Rue .+?) {2,}(\d+ h(?: \d\d)?)$", text, re.MULTILINE)


def test_stops_stand_in_the_order_of_the_plan(alpha, text_of):
    assert stops_told(text_of(road_sheet.render_route(alpha, PRINTED_AT))) == [
        ("11 Rue des Lilas", "18 h 05"),
        ("12 Rue du Moulin", "18 h 20"),
        ("13 Rue du Moulin", "18 h 35"),
    ]


def test_each_stop_has_a_box_for_each_thing_to_check(alpha, text_of):
    text = text_of(road_sheet.render_route(alpha, PRINTED_AT))
    assert {check: text.count(check) for check in road_sheet.CHECKS} == dict.fromkeys(road_sheet.CHECKS, 3)
    assert text.count("Anomalie") == 3
    # For each of three stops: nine things to check, and what came of it, one of three.
    assert text.count("☐") == 3 * (9 + 3)


def test_pages_say_what_they_are(alpha, text_of):
    text = text_of(road_sheet.render_route(alpha, PRINTED_AT))
    assert text.count("Document confidentiel – à rendre en fin de service") == 2
    assert "page 1 sur 2" in text
    assert "page 2 sur 2" in text
    assert "Plan n° 1 calculé le 12/08/2026 à 16 h · imprimé le 12/08/2026 à 17 h 30" in text


def test_hours_pause_and_return_are_told(alpha, text_of):
    text = text_of(road_sheet.render_route(alpha, PRINTED_AT))
    assert text.count("horaires permis 18 h – 21 h") == 1
    assert "Pause de 15 min · de 18 h 45 à 19 h" in text
    assert re.search(r"Retour : Poste de police .* prévu à 19 h 05", text)


def test_a_stay_is_told_with_nothing_to_tick(alpha, bravo, text_of):
    build_stay(alpha, after_stop=2, arrives_at=at(18, 26))
    build_stay(bravo, after_stop=0, arrives_at=at(18, 10))

    of_alpha, of_bravo = (text_of(road_sheet.render_route(route, PRINTED_AT)) for route in (alpha, bravo))

    told = "Présence a · rue du Moulin · de 18 h 26 à 18 h 36 · se montrer, à pied si possible ; rien à noter"
    assert told in of_alpha
    assert "présence : 10 min" in of_alpha
    # The boxes of the three stops alone.
    assert of_alpha.count("☐") == 3 * (9 + 3)
    assert "Présence a · rue du Moulin · de 18 h 10 à 18 h 20" in of_bravo
    assert "Retour : Poste de police" in of_bravo


def test_what_is_done_is_printed_as_done_and_leaves_nothing_to_tick(alpha, text_of):
    # The first stop was made late, the plan of the rest took the second for made, and the third waits.
    first, second, _ = alpha.stops.order_by("order")
    build_passage(absence=first.absence, crew=alpha.shift.crew, done_at=at(18, 27), stop=first)
    alpha.stops.filter(pk__in=[first.pk, second.pk]).update(is_done=True, arrives_at=at(17, 50))

    text = " ".join(text_of(road_sheet.render_route(alpha, PRINTED_AT)).split())

    assert "Fait à 18 h 27 · RAS · prévu à 18 h 05" in text
    assert "Compté comme fait · prévu à 18 h 20" in text
    assert "1 arrêt sur 3" in text
    assert "attendre" not in text
    assert text.count("Passé à") == text.count("Poignée") == 1


def test_the_second_passage_of_a_day_and_a_wait_are_told(alpha, text_of):
    alpha.stops.filter(order=2).update(visit_number=2, arrives_at=at(18, 12))
    text = " ".join(text_of(road_sheet.render_route(alpha, PRINTED_AT)).split())
    assert "2e passage du jour" in text
    assert "attendre jusqu'à 18 h 20" in text


def test_long_before_a_door_opens_the_crew_is_free_where_it_was(alpha, text_of):
    alpha.legs.filter(order=1).update(duration_s=300)
    alpha.stops.filter(order=2).update(arrives_at=at(18, 15), starts_at=at(18, 50), leaves_at=at(18, 55))
    text = " ".join(text_of(road_sheet.render_route(alpha, PRINTED_AT)).split())
    assert "libre de 18 h 10 à 18 h 45, puis 5 min de trajet" in text
    assert "attendre" not in text


def test_a_pause_at_the_depot_ends_the_round(alpha, text_of):
    alpha.breaks.update(after_stop=3, starts_at=at(18, 50))
    text = " ".join(text_of(road_sheet.render_route(alpha, PRINTED_AT)).split())
    assert "fin à 19 h 05" in text


def test_before_a_return_that_waits_for_the_pause_at_the_depot_the_crew_is_free_where_it_was(alpha, text_of):
    alpha.legs.filter(order=3).update(duration_s=300)
    alpha.breaks.update(after_stop=3, starts_at=at(20))
    alpha.ends_at = at(20, 15)
    alpha.save()

    text = " ".join(text_of(road_sheet.render_route(alpha, PRINTED_AT)).split())

    assert "libre de 18 h 40 à 19 h 55, puis 5 min de trajet · Retour : Poste de police" in text


def test_a_number_to_verify_stands_with_its_address(alpha, town, text_of):
    Absence.objects.filter(pk=town.absences[0].pk).update(missing_number="10 bis")
    text = text_of(road_sheet.render_route(alpha, PRINTED_AT))
    assert text.count("n° 10 bis donné, à vérifier") == 1


def test_the_map_is_drawn_with_the_names_of_our_own_streets(alpha, text_of):
    first_page = text_of(road_sheet.render_route(alpha, PRINTED_AT)).split("\f")[0]
    assert "Rue du Moulin" in first_page
    assert "contributeurs d'OpenStreetMap" in first_page


def test_a_crew_that_stays_has_a_sheet_that_says_so(bravo, text_of):
    text = text_of(road_sheet.render_route(bravo, PRINTED_AT))
    assert "Aucun logement à visiter sur cette vacation" in text
    assert stops_told(text) == []


def test_forty_stops_are_all_there_in_order(alpha, town, text_of):
    alpha.stops.all().delete()
    addresses = Address.objects.bulk_create(
        Address(
            commune=town.commune,
            official_id=f"26999_0002_{number:05d}",
            source="ban",
            house_number=str(number),
            street_name="Rue du Moulin",
            postcode="26000",
            city="Valmont-sur-Rhône",
            point=town.addresses[1].point,
        )
        for number in range(1, 41)
    )
    absences = Absence.objects.bulk_create(
        Absence(
            commune=town.commune,
            address=address,
            point=address.point,
            first_day=dt.date(2026, 8, 1),
            last_day=dt.date(2026, 8, 20),
        )
        for address in addresses
    )
    Stop.objects.bulk_create(
        Stop(
            route=alpha,
            order=order,
            absence=absence,
            arrives_at=at(18),
            starts_at=at(18, order),
            leaves_at=at(18, order + 1),
            prize=1,
        )
        for order, absence in enumerate(absences, start=1)
    )
    text = text_of(road_sheet.render_route(alpha, PRINTED_AT))
    assert stops_told(text) == [(f"{order} Rue du Moulin", f"18 h {order:02d}") for order in range(1, 41)]
    # The map's page, then seven stops a page: 40 of them take six more.
    assert "page 7 sur 7" in text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '<img src="http://127.0.0.1:9/x.png">', "A & B"])
def test_a_hostile_street_name_is_text_and_fetches_nothing(alpha, town, text_of, name):
    town.addresses[0].street_name = name
    town.addresses[0].save()
    town.commune.streets.update(name=name)
    assert f"11 {name}" in text_of(road_sheet.render_route(alpha, PRINTED_AT))


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/a.css", "file:///dev/null", "ftp://127.0.0.1:9/a.css"])
def test_every_address_but_data_is_refused(address):
    with pytest.raises(FatalURLFetchingError) as refused:
        road_sheet.print_page(f'<html lang="fr"><title>Essai</title><link rel="stylesheet" href="{address}">')
    assert "disallowed protocol" in str(refused.value.__cause__)


def test_an_address_of_data_is_read():
    page = '<html lang="fr"><title>Essai</title><link rel="stylesheet" href="data:text/css,p{}"><p>Bonjour'
    assert road_sheet.print_page(page).startswith(b"%PDF-")


def test_the_file_declares_itself_accessible_and_titled(alpha, tmp_path):
    path = tmp_path / "feuille.pdf"
    path.write_bytes(road_sheet.render_route(alpha, PRINTED_AT))
    told = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    metadata = subprocess.run(["pdfinfo", "-meta", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert "Feuille de route · Alpha · mercredi 12" in told
    assert 'pdfuaid:part="1"' in metadata


def test_the_file_keeps_the_rules_of_accessible_pdf(alpha):
    assert faults_of(road_sheet.render_route(alpha, PRINTED_AT)) == set()


def test_what_is_not_accessible_is_found():
    bare = road_sheet.print_page('<html><title>Essai</title><img src="data:image/svg+xml,<svg/>"><h3>Bonjour')

    assert faults_of(bare)


def test_no_heading_holds_another(alpha, tmp_path):
    path = tmp_path / "feuille.pdf"
    path.write_bytes(road_sheet.render_route(alpha, PRINTED_AT))
    structure = subprocess.run(["pdfinfo", "-struct", path], check=True, capture_output=True, text=True).stdout
    headings = re.findall(r"^( *)(H[1-6]) ", structure, re.MULTILINE)
    # One title, one heading for the stops, one for each of three stops.
    assert [level for _, level in headings] == ["H1", "H2", "H3", "H3", "H3"]


@pytest.fixture
def structure_of(tmp_path):
    """The tags of a PDF that a screen reader walks through, in order."""

    def read(pdf: bytes) -> list[str]:
        path = tmp_path / "feuille.pdf"
        path.write_bytes(pdf)
        printed = subprocess.run(["pdfinfo", "-struct", path], check=True, capture_output=True, text=True)
        return re.findall(r"^ *(\w+)", printed.stdout, re.MULTILINE)

    return read


def test_the_sheet_is_tagged_with_headings_in_order_and_a_list_item_a_step(alpha, structure_of):
    tags = structure_of(road_sheet.render_route(alpha, PRINTED_AT))

    assert [tag for tag in tags if re.fullmatch(r"H\d", tag)] == ["H1", "H2", "H3", "H3", "H3"]
    # Five figures of the round in a list of their own; then three visits and a pause.
    assert tags.count("LI") == 5 + 4


def inflated(pdf: bytes) -> bytes:
    """The objects of a PDF, out of their compressed streams."""
    # The last byte of a stream may be taken for a part of the line's end: it belongs to the checksum.
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"\n".join(zlib.decompressobj().decompress(stream) for stream in streams if stream[:1] == b"x")


def test_every_picture_of_the_sheet_is_told_in_words(alpha):
    objects = inflated(road_sheet.render_route(alpha, PRINTED_AT))

    # The crew's mark, the map, the numbered mark of the legend.
    assert len(re.findall(rb"/S ?/Figure", objects)) == 3
    assert len(re.findall(rb"/Alt ?[(<]", objects)) == 3


def test_the_sheet_says_its_language_its_title_and_the_standard_it_follows(alpha):
    objects = inflated(road_sheet.render_route(alpha, PRINTED_AT))

    assert re.search(rb"/Lang ?\(fr\)", objects)
    assert re.search(rb"/DisplayDocTitle ?true", objects)
    assert re.search(rb"/Marked ?true", objects)
    assert re.search(rb"pdfuaid:part(?:>|=[\"'])1", objects)
