import datetime as dt

import pytest
from django.contrib.gis.geos import Point

from absences.models import Absence
from geo.errors import InvalidFile, TooManyRemovals
from geo.importers import address_files
from geo.importers.addresses import import_addresses
from geo.models import WGS84, Address, Commune, ImportRun
from tests.geo.importers.rows import bal_row, ban_row

BAN, BAL, OSM = Address.Source.BAN, Address.Source.BAL, Address.Source.OSM


def lilas(number: int, **changes) -> str:
    return ban_row(identifier=f"26999_0010_{number:05}", number=str(number), **changes)


def counts(report):
    changes = report.changes[0]
    return len(changes.added), len(changes.changed), len(changes.removed), changes.unchanged


def from_osm(commune: Commune, number: str, street: str, lon=4.89, lat=44.93) -> Address:
    return Address.objects.create(
        commune=commune,
        official_id=f"osm:node/{number}",
        source=OSM,
        house_number=number,
        street_name=street,
        point=Point(lon, lat, srid=WGS84),
    )


def test_a_new_file_adds_its_addresses_with_their_points(commune, write_ban):
    report = import_addresses(write_ban(lilas(1), lilas(2, lon="", lat="")), commune, BAN)
    assert counts(report) == (2, 0, 0, 0)
    first, second = Address.objects.order_by("official_id")
    assert first.point.coords == (4.89, 44.93)
    assert (str(first), first.postcode, first.source) == ("1 Rue des Lilas", "26000", BAN)
    assert second.point is None


def test_the_same_file_again_changes_nothing(commune, write_ban):
    file = write_ban(lilas(1), lilas(2, lon="", lat=""))
    import_addresses(file, commune, BAN)
    before = list(Address.objects.order_by("pk").values())
    report = import_addresses(file, commune, BAN)
    assert report.is_unchanged
    assert list(Address.objects.order_by("pk").values()) == before


def test_a_dry_run_tells_the_difference_and_writes_nothing(commune, write_ban):
    report = import_addresses(write_ban(lilas(1)), commune, BAN, is_dry_run=True)
    assert counts(report) == (1, 0, 0, 0)
    assert not Address.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_later_file_changes_and_removes_and_keeps_the_rows_it_changes(commune, write_ban):
    import_addresses(write_ban(lilas(1), lilas(2), lilas(3)), commune, BAN)
    kept = Address.objects.get(house_number="2").pk
    report = import_addresses(write_ban(lilas(1), lilas(2, street="Rue du Lilas")), commune, BAN)
    assert counts(report) == (0, 1, 1, 1)
    assert Address.objects.get(pk=kept).street_name == "Rue du Lilas"
    assert not Address.objects.filter(house_number="3").exists()


def test_a_position_withdrawn_by_the_file_is_withdrawn(commune, write_ban):
    import_addresses(write_ban(lilas(1), lilas(2)), commune, BAN)
    import_addresses(write_ban(lilas(1, lon="", lat=""), lilas(2)), commune, BAN)
    assert Address.objects.get(house_number="1").point is None


def test_an_address_of_an_absence_is_kept_when_the_file_drops_it(commune, write_ban):
    import_addresses(write_ban(lilas(1), lilas(2)), commune, BAN)
    address = Address.objects.get(house_number="1")
    Absence.objects.create(
        commune=commune,
        address=address,
        point=address.point,
        first_day=dt.date(2026, 8, 1),
        last_day=dt.date(2026, 8, 15),
    )
    report = import_addresses(write_ban(lilas(2)), commune, BAN)
    assert report.changes[0].protected == [address.pk]
    assert report.is_unchanged
    assert Address.objects.filter(pk=address.pk).exists()


def test_bal_after_ban_updates_the_same_rows_and_keeps_their_postcodes(commune, write_ban, write_bal):
    import_addresses(write_ban(lilas(1)), commune, BAN)
    before = Address.objects.get()
    report = import_addresses(write_bal(bal_row(street="Rue des Lilas blancs")), commune, BAL)
    after = Address.objects.get()
    assert counts(report) == (0, 1, 0, 0)
    assert (after.pk, after.source, after.postcode) == (before.pk, BAL, "26000")
    assert after.street_name == "Rue des Lilas blancs"


def test_a_ban_file_does_not_remove_what_only_the_bal_has(commune, write_ban, write_bal):
    import_addresses(write_bal(bal_row(key="26999_0010_00009", number="9")), commune, BAL)
    import_addresses(write_ban(lilas(1)), commune, BAN)
    assert Address.objects.count() == 2


def test_a_house_known_from_the_map_takes_the_official_identifier_and_keeps_its_absence(commune, write_ban):
    known = from_osm(commune, "1", "rue des lilas")
    Absence.objects.create(
        commune=commune,
        address=known,
        point=known.point,
        first_day=dt.date(2026, 8, 1),
        last_day=dt.date(2026, 8, 15),
    )
    report = import_addresses(write_ban(lilas(1)), commune, BAN)
    assert counts(report) == (0, 1, 0, 0)
    address = Address.objects.get()
    assert (address.pk, address.official_id, address.source) == (known.pk, "26999_0010_00001", BAN)
    assert Absence.objects.get().address == address


def test_a_second_map_address_of_an_official_house_goes(commune, write_ban):
    import_addresses(write_ban(lilas(1)), commune, BAN)
    from_osm(commune, "1", "Rue des Lilas")
    report = import_addresses(write_ban(lilas(1)), commune, BAN)
    assert not report.is_unchanged
    assert Address.objects.get().source == BAN


def test_a_house_that_only_the_map_knows_stays(commune, write_ban):
    from_osm(commune, "7", "Rue du Moulin")
    import_addresses(write_ban(lilas(1)), commune, BAN)
    assert Address.objects.filter(source=OSM).count() == 1


def test_an_identifier_that_a_neighbour_holds_is_refused(commune, write_ban):
    neighbour = Commune.objects.create(insee_code="26998", name="Voisine", outline=commune.outline, source="essai")
    Address.objects.create(commune=neighbour, official_id="26999_0010_00001", source=BAN)
    report = import_addresses(write_ban(lilas(1), lilas(2)), commune, BAN)
    assert report.tally.refused == {address_files.TAKEN_ELSEWHERE: 1}
    assert Address.objects.filter(commune=commune).count() == 1


def test_a_row_refused_does_not_keep_the_others_out(commune, write_ban):
    report = import_addresses(write_ban(lilas(1), lilas(2, lon="NaN")), commune, BAN)
    assert report.tally.refused == {address_files.NOT_A_NUMBER: 1}
    assert ImportRun.objects.get().refused["refused"] == {address_files.NOT_A_NUMBER: 1}
    assert Address.objects.count() == 1


def test_a_file_with_all_axes_swapped_is_refused_whole(commune, write_ban):
    import_addresses(write_ban(lilas(1)), commune, BAN)
    with pytest.raises(InvalidFile, match=r"ligne 2, ligne 3 : .*longitude et latitude inversées"):
        import_addresses(
            write_ban(lilas(1, lon="44.93", lat="4.89"), lilas(2, lon="44.93", lat="4.89")), commune, BAN
        )
    assert Address.objects.get().point.coords == (4.89, 44.93)


def test_a_file_of_another_department_is_refused(commune, write_ban):
    with pytest.raises(InvalidFile, match="aucune adresse de la commune 26999"):
        import_addresses(write_ban(ban_row(insee="01002")), commune, BAN)


def test_a_file_cut_at_the_end_of_a_row_is_refused_unless_it_is_meant(commune, write_ban):
    import_addresses(write_ban(*(lilas(number) for number in range(1, 101))), commune, BAN)
    short = write_ban(*(lilas(number) for number in range(1, 41)))
    with pytest.raises(TooManyRemovals, match="disparaître 60 des 100 adresses"):
        import_addresses(short, commune, BAN)
    assert Address.objects.count() == 100
    import_addresses(short, commune, BAN, accept_removals=True)
    assert Address.objects.count() == 40


def test_a_completed_import_is_recorded_with_its_fingerprint_and_counts(commune, write_ban):
    file = write_ban(lilas(1), ban_row(insee="01002"), name="ban.csv.gz")
    import_addresses(file, commune, BAN)
    run = ImportRun.objects.get()
    assert (run.commune, run.kind, run.file_name, len(run.file_sha256)) == (commune, "ban", "ban.csv.gz", 64)
    assert (run.added, run.changed, run.removed) == (1, 0, 0)
    assert run.refused["passed_over"] == {address_files.OTHER_COMMUNE: 1}


def test_an_import_asks_the_database_a_fixed_number_of_times(commune, write_ban, django_assert_max_num_queries):
    file = write_ban(*(lilas(number) for number in range(1, 301)))
    with django_assert_max_num_queries(12):
        import_addresses(file, commune, BAN)
