import io

import pytest
from django.core.management import CommandError, call_command

from tests.builders import DAY


def export(folder, **options) -> list[str]:
    printed = io.StringIO()
    call_command("export_plan", to=folder, stdout=printed, **{"date": DAY, "format": "gpx", **options})
    return printed.getvalue().split()


def refusal(folder, **options) -> CommandError:
    with pytest.raises(CommandError) as refused:
        export(folder, **options)
    assert refused.value.returncode == 2
    return refused.value


def names_in(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("extension", ["gpx", "csv", "pdf"])
def test_each_crew_has_a_file(plan, tmp_path, extension):
    printed = export(tmp_path, format=extension)
    names = [f"tournee-2026-08-12-n1-{crew}.{extension}" for crew in ("alpha", "bravo")]
    assert names_in(tmp_path) == names
    assert printed == [str(tmp_path / name) for name in names]


def test_geojson_holds_the_whole_plan(plan, tmp_path):
    export(tmp_path, format="geojson")
    assert names_in(tmp_path) == ["tournees-2026-08-12-n1.geojson"]


def test_one_crew_alone_may_be_written(plan, tmp_path):
    export(tmp_path, crews=["Bravo"])
    assert names_in(tmp_path) == ["tournee-2026-08-12-n1-bravo.gpx"]


def test_the_last_plan_of_the_day_is_written(plan, tmp_path):
    plan.pk, plan.number, plan.version = None, 2, 2
    plan.save()
    export(tmp_path, format="geojson")
    assert names_in(tmp_path) == ["tournees-2026-08-12-n2.geojson"]


def test_a_former_plan_is_written_by_its_identifier(plan, tmp_path):
    first = plan.pk
    plan.pk, plan.number, plan.version = None, 2, 2
    plan.save()
    export(tmp_path, date=None, plan=first, format="geojson")
    assert names_in(tmp_path) == ["tournees-2026-08-12-n1.geojson"]


def test_a_day_without_plan_is_refused_with_what_to_do(town, tmp_path):
    assert "plan_patrols --date 2026-08-12" in str(refusal(tmp_path))
    assert names_in(tmp_path) == []


def test_an_unknown_plan_is_refused(plan, tmp_path):
    assert "Le plan 0 n'existe pas" in str(refusal(tmp_path, date=None, plan=0))


def test_an_unknown_crew_is_refused_and_nothing_is_written(plan, tmp_path):
    assert "« Charlie »" in str(refusal(tmp_path, crews=["Alpha", "Charlie"]))
    assert names_in(tmp_path) == []


def test_an_unknown_commune_is_refused(plan, tmp_path):
    assert "26001" in str(refusal(tmp_path, commune="26001"))


def test_a_folder_that_cannot_be_made_is_refused(plan, tmp_path):
    (tmp_path / "sorties").write_bytes(b"")
    assert "Impossible d'écrire" in str(refusal(tmp_path / "sorties"))


def test_a_plan_of_omissions_only_has_no_file_by_crew(plan, tmp_path):
    plan.routes.all().delete()
    assert "ne compte aucune tournée" in str(refusal(tmp_path))
    export(tmp_path, format="geojson")
    assert names_in(tmp_path) == ["tournees-2026-08-12-n1.geojson"]


def test_a_day_that_is_none_is_refused(town, tmp_path):
    with pytest.raises(CommandError, match="« 12/08/2026 » n'est pas une date"):
        call_command("export_plan", "--date", "12/08/2026", "--format", "gpx", "--to", str(tmp_path))


def test_no_file_name_holds_an_address(plan, town, tmp_path):
    for extension in ("gpx", "csv", "geojson"):
        export(tmp_path, format=extension)
    written = " ".join(names_in(tmp_path)).lower()
    assert not [address for address in town.addresses if address.street_name.lower().split()[-1] in written]
