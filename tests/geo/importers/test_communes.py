import json

import pytest

from geo.errors import InvalidFile
from geo.importers.communes import import_communes
from geo.models import Commune, ImportRun

SQUARE = [[4.88, 44.92], [4.90, 44.92], [4.90, 44.94], [4.88, 44.94], [4.88, 44.92]]
WIDER = [[4.88, 44.92], [4.91, 44.92], [4.91, 44.94], [4.88, 44.94], [4.88, 44.92]]
BOW_TIE = [[4.88, 44.92], [4.90, 44.94], [4.90, 44.92], [4.88, 44.94], [4.88, 44.92]]


def commune_feature(code="26999", name="Valmont-sur-Rhône", ring=SQUARE, columns=("code", "nom")):
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": dict(zip(columns, (code, name), strict=True)), "geometry": geometry}


@pytest.fixture
def outlines(write):
    return lambda *features: write("c.geojson", json.dumps({"type": "FeatureCollection", "features": features}))


@pytest.mark.parametrize(
    "columns", [("code", "nom"), ("INSEE_COM", "NOM_COM"), ("insee", "name"), ("codgeo", "libgeo")]
)
def test_the_usual_names_of_columns_are_known(db, outlines, columns):
    import_communes(outlines(commune_feature(columns=columns)))
    commune = Commune.objects.get()
    assert (commune.pk, commune.name, commune.source) == ("26999", "Valmont-sur-Rhône", "c.geojson")
    assert commune.outline.extent == (4.88, 44.92, 4.90, 44.94)


def test_one_commune_of_a_department_may_be_chosen(db, outlines):
    report = import_communes(outlines(commune_feature(), commune_feature("2A004", "Ajaccio")), insee_code="2A004")
    assert [commune.pk for commune in Commune.objects.all()] == ["2A004"]
    assert report.tally.passed_over.total() == 1


def test_the_same_file_again_changes_nothing_and_another_outline_does(db, outlines):
    import_communes(outlines(commune_feature()))
    assert import_communes(outlines(commune_feature())).is_unchanged
    report = import_communes(outlines(commune_feature(ring=WIDER)))
    assert len(report.changes[0].changed) == 1
    assert Commune.objects.get().outline.extent[2] == 4.91


def test_a_commune_that_the_file_does_not_have_stays(db, outlines):
    import_communes(outlines(commune_feature(), commune_feature("26362", "Valence")))
    import_communes(outlines(commune_feature()))
    assert Commune.objects.count() == 2


def test_a_dry_run_writes_nothing(db, outlines):
    assert not import_communes(outlines(commune_feature()), is_dry_run=True).is_unchanged
    assert not Commune.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_mended_outline_is_taken_and_told(db, outlines):
    report = import_communes(outlines(commune_feature(ring=BOW_TIE)))
    assert report.remarks == [
        "Valmont-sur-Rhône : le contour se croisait près de 4.89000, 44.93000 ; il a été réparé, vérifiez-le."
    ]
    assert Commune.objects.get().outline.valid


@pytest.mark.parametrize(
    ("features", "message"),
    [
        ([commune_feature(code="2699")], r"entité 1 : il manque le code INSEE"),
        ([commune_feature(), commune_feature(name="")], "entité 2 : il manque le code INSEE"),
        ([commune_feature(columns=("x", "y"))], "Colonnes reconnues"),
        ([commune_feature(), commune_feature()], "entité 2 : la commune 26999 y est deux fois"),
    ],
)
def test_a_file_without_codes_or_names_or_with_doubles_is_refused(db, outlines, features, message):
    with pytest.raises(InvalidFile, match=message):
        import_communes(outlines(*features))
    assert not Commune.objects.exists()


def test_a_commune_that_is_not_in_the_file_is_refused(db, outlines):
    with pytest.raises(InvalidFile, match="la commune 26362 ne s'y trouve pas"):
        import_communes(outlines(commune_feature()), insee_code="26362")


@pytest.mark.real_data
def test_a_real_department_gives_valence(db, real_data):
    import_communes(real_data / "boundaries" / "communes-26-drome.geojson", insee_code="26362")
    assert str(Commune.objects.get()) == "Valence (26362)"
