import base64
import hashlib
import re

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from shapely import GeometryCollection, LineString, Point, Polygon

from maps.errors import AssetMissing
from maps.folium_map import assets
from maps.folium_map.encoding import encode_lines, encode_polygons, encode_positions
from maps.folium_map.page import content_policy
from maps.folium_map.plan_map import render_plan
from maps.folium_map.sectors_map import render_sectors
from patrols.models import Plan
from tests.builders import DAY, Town, at, build_plan, build_stay, build_town
from tests.maps.sectors import map_of_sectors

HOSTILE_NAMES = (
    "</script><script>window.taken = 1</script>",
    "<img src=x onerror='window.taken = 1'>",
    "<!--<script>",
    "\u2028window.taken = 1",
)


@pytest.fixture
def town(db) -> Town:
    return build_town()


@pytest.fixture
def plan(town: Town) -> Plan:
    return build_plan(town)


def decode(steps):
    return (np.cumsum(np.array(steps).reshape(-1, 2), axis=0) / 1e6)[:, ::-1]


@given(arrays(float, st.tuples(st.integers(1, 20), st.just(2)), elements=st.floats(-90, 90)))
def test_positions_come_back_within_half_a_millionth(positions):
    assert decode(encode_positions(positions)) == pytest.approx(positions, abs=0.51e-6)


# (4.000001, 45) then (4.000003, 44.999999): latitude first, then the steps -1 and +2 millionths.
def test_a_line_is_its_first_position_then_steps():
    line = LineString([(4.000001, 45.0), (4.000003, 44.999999)])
    assert encode_lines([line]) == [[45_000_000, 4_000_001, -1, 2]]


def test_a_polygon_keeps_its_holes():
    ring = [(0, 0), (4, 0), (4, 4), (0, 4)]
    hole = [(1, 1), (2, 1), (2, 2), (1, 2)]
    ((outer, inner),) = encode_polygons([Polygon(ring, [hole])])
    assert len(decode(outer)) == 5
    assert decode(inner)[0] == pytest.approx((1, 1))


def test_what_is_neither_line_nor_polygon_is_not_drawn():
    assert encode_lines([Point(0, 0)]) == []
    assert encode_polygons([GeometryCollection([Point(0, 0)])]) == []


def test_the_style_of_leaflet_asks_for_no_file():
    addresses = re.findall(r"url\(([^)]*)\)", assets.leaflet_style())
    assert len(addresses) == 3
    assert {address.split(",")[0] for address in addresses} == {"data:image/png;base64"}


def test_a_missing_asset_says_how_to_build_it(monkeypatch):
    monkeypatch.setattr(assets.finders, "find", lambda name: None)
    with pytest.raises(AssetMissing, match=r"« leaflet/leaflet\.js » manque .* npm run build"):
        assets.leaflet_script()


def test_the_policy_names_scripts_by_their_fingerprints():
    fingerprint = base64.b64encode(hashlib.sha256("1 + é".encode()).digest()).decode()
    policy = content_policy(["1 + é"], [])
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{fingerprint}'" in policy
    assert "unsafe" not in policy


def test_every_script_of_the_page_is_in_its_policy(plan):
    html = render_plan(plan)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1].replace("&#x27;", "'")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(scripts) == 3
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in policy


def test_the_page_names_no_server(plan):
    # Leaflet's own files name namespaces and, in comments, reports of defects; nothing else holds an address.
    ours = render_plan(plan).replace(assets.leaflet_script(), "").replace(assets.leaflet_style(), "")
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", ours) == []


def test_the_table_tells_every_stop_and_every_home_left_out(plan):
    html = render_plan(plan)
    rows = re.findall(r'data-stop="\d+-(\d)".*?<th scope="row">(.*?)</th>', html)
    assert rows == [("1", "11 Rue des Lilas"), ("2", "12 Rue du Moulin"), ("3", "13 Rue du Moulin")]
    assert "14 Rue des Lilas" in html
    assert "Aucun logement à visiter" in html


def test_a_stay_is_drawn_and_told_between_the_stops(plan):
    assert "Présence" not in render_plan(plan)
    build_stay(plan.routes.get(shift__crew__name="Alpha"), after_stop=2, arrives_at=at(18, 26))

    html = render_plan(plan)

    told = re.findall(r'data-stop="\d+-([^"]+)".*?<th scope="row">(.*?)</th>', html)
    assert [key for key, _ in told] == ["1", "2", "presence-0", "3"]
    assert told[2][1] == "Rue du Moulin"
    assert '"Pr\\u00e9sence \\u00b7 18\\u00a0h\\u00a026' in html


def test_a_plan_of_omissions_only_is_drawn(plan):
    plan.routes.all().delete()
    html = render_plan(plan)
    assert "0\xa0passage, équipage par équipage" in html
    assert "14 Rue des Lilas" in html


def test_the_file_is_written_and_named(plan, tmp_path, capsys):
    target = tmp_path / "sorties" / "carte.html"
    call_command("render_map", "plan", date=DAY, to=target)
    assert capsys.readouterr().out.strip() == str(target)
    assert target.read_text(encoding="utf-8").startswith('<!DOCTYPE html>\n<html lang="fr">')


def test_a_day_without_plan_is_refused(town, tmp_path):
    with pytest.raises(CommandError, match="plan_patrols --date 2026-08-12") as refused:
        call_command("render_map", "plan", date=DAY, to=tmp_path / "carte.html")
    assert refused.value.returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_adds_neither_script_nor_element(plan, town, name):
    town.addresses[0].street_name = name
    town.addresses[0].save()
    town.crews[0].name = name
    town.crews[0].save()
    town.sectors[0].name = name
    town.sectors[0].save()
    town.depot.name = name
    town.depot.save()
    town.commune.streets.update(name=name)
    html = render_plan(plan)
    assert html.count("<script>") == html.count("</script>") == 3


def sectors_page(town, *values, heading="Bilan", title="Absences déclarées"):
    shown = map_of_sectors(town, *values, title=title)
    return render_sectors(shown, heading=heading, standing="Année 2026", why_left_out="trop peu de logements")


def test_the_map_of_sectors_says_its_figures_its_classes_and_its_gaps(town):
    html = sectors_page(town, 12, None)

    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', html)
    assert rows == [("1 · Les Lilas", "12", "12"), ("2 · Le Moulin", "non publié", "–")]
    assert "Limites des classes : seuils naturels (Jenks)." in html
    assert "trop peu de logements" in html
    assert '"fill": "url(#ronde-hatch)"' in html


def test_the_map_of_sectors_names_no_server_and_runs_only_its_own_scripts(town):
    hostile = HOSTILE_NAMES[0]
    town.sectors[0].name = hostile
    town.sectors[0].save()
    html = sectors_page(town, 12, None, heading=hostile, title=hostile)

    ours = html.replace(assets.leaflet_script(), "").replace(assets.leaflet_style(), "")
    assert re.findall(r"(?:https?:)?//[\w.-]+\.\w+", ours) == []
    assert html.count("<script>") == html.count("</script>") == 3


def test_a_map_of_nothing_published_has_no_class(town):
    assert "Limites des classes" not in sectors_page(town, None, None)
