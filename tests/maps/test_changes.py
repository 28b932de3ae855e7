"""A proposal on a map: what one sector gains and loses, drawn for whoever reads the proposal."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from accounts.roles import Role
from maps.changes import map_change
from sectors.services.examination import Drawn
from tests.access.people import Place, build_place, let_in
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle
from tests.maps.charts.reading import SVG
from tests.sectors.proposing import LOWER, NOW, begin

NARROWER, WIDER = 0.002, 0.003  # degrees


@pytest.fixture
def place(db) -> Place:
    return build_place()


def test_ground_that_leaves_and_ground_that_comes_are_told_apart(place):
    moved = rectangle(WEST + NARROWER, SOUTH, MIDDLE, LOWER)
    proposal = begin(place, Drawn(area=moved, sector=place.sectors[0]))

    drawn = map_change(proposal.last_saved(), 1, now=NOW)

    # The database keeps places to a grid.
    assert drawn.gained.area == pytest.approx(0, abs=1e-9)
    # The north of the sector, and a strip in the west of what stays.
    lost = (MIDDLE - WEST) * (NORTH - LOWER) + NARROWER * (LOWER - SOUTH)
    assert drawn.lost.area == pytest.approx(lost, rel=1e-3)
    assert [number for number, _ in drawn.neighbours] == [2]


def test_a_perimeter_that_is_new_gains_all_of_it(place):
    third = place.sectors[2]
    ground = rectangle(EAST - WIDER, NORTH, EAST, NORTH + WIDER)
    proposal = begin(place, Drawn(area=ground, sector=third), role=Role.MUNICIPAL_POLICE)

    drawn = map_change(proposal.last_saved(), 1, now=NOW)

    assert drawn.before is None
    assert drawn.gained.area == pytest.approx(WIDER**2, rel=1e-3)
    assert drawn.lost.is_empty


def test_its_page_shows_the_drawing_to_whoever_reads_the_proposal(place):
    proposal = begin(place)
    referent = let_in(Client(), place.accounts[Role.REFERENT])
    address = f"/propositions/{proposal.pk}/avant-apres-1.svg"

    page = referent.get(f"/propositions/{proposal.pk}/").content.decode()
    answer = referent.get(address)

    assert f'src="{address}"' in page
    assert answer["Content-Type"] == "image/svg+xml"
    assert "no-store" in answer["Cache-Control"]
    drawing = ET.fromstring(answer.content)  # noqa: S314
    kinds = [path.get("class") for path in drawing.iter(f"{SVG}path") if path.get("class")]
    assert kinds == ["gained", "lost", "neighbour", "before", "after"]


@pytest.mark.parametrize("rank", [0, 2])
def test_a_change_that_there_is_not_has_no_drawing(place, rank):
    proposal = begin(place)
    referent = let_in(Client(), place.accounts[Role.REFERENT])

    assert referent.get(f"/propositions/{proposal.pk}/avant-apres-{rank}.svg").status_code == 404


def test_nobody_else_is_shown_it(place):
    proposal = begin(place)
    vigilant = let_in(Client(), place.accounts[Role.VIGILANT])

    assert vigilant.get(f"/propositions/{proposal.pk}/avant-apres-1.svg").status_code == 404
