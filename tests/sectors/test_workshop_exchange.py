import json

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.test import Client

from accounts.roles import Role
from geo.models import WGS84
from sectors.models import Proposal
from sectors.services.examination import key_of
from tests.access.people import Place, let_in
from tests.builders import EAST, MIDDLE, NORTH, SOUTH, WEST, rectangle
from tests.sectors.proposing import CROSSED_TWICE, HIGH, LOW, LOWER, build_proposal, to_the_north

pytestmark = pytest.mark.django_db

REFERENT, POLICE = Role.REFERENT, Role.MUNICIPAL_POLICE
# 0.001° is 79 m: « Les Lilas » takes a strip of that width from « Le Moulin ».
TOO_FAR_EAST = rectangle(WEST, SOUTH, MIDDLE + 0.001, NORTH)


@pytest.fixture
def draft(place: Place) -> Proposal:
    return build_proposal(place.sectors[0], place.accounts[REFERENT], REFERENT)


def client_of(place: Place, role: Role) -> Client:
    return let_in(Client(), place.accounts[role])


def area_of(sector, area: MultiPolygon | None) -> dict[str, object]:
    return {"sector": sector.pk, "area": area.coords if area else None}


def ask(client: Client, proposal: Proposal, what: str, **said):
    answer = client.post(f"/propositions/{proposal.pk}/{what}/", json.dumps(said), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_draft_is_kept_as_one_goes(place, draft):
    referent = client_of(place, REFERENT)
    drawn = [area_of(place.sectors[0], to_the_north(44.933))]

    status, told = ask(referent, draft, "garder", revision=1, drawn=drawn)

    assert status == 200
    assert (told["revision"], told["is_mine"], told["by_role"]) == (2, True, "Référent")
    draft.refresh_from_db()
    assert draft.last_saved().areas.get().area.extent[3] == pytest.approx(44.933)


def test_another_drawing_kept_meanwhile_is_told_and_given_and_not_overwritten(place, draft):
    mine, theirs = ([area_of(place.sectors[0], to_the_north(north))] for north in (44.933, 44.936))
    ask(client_of(place, POLICE), draft, "garder", revision=1, drawn=theirs)

    status, told = ask(client_of(place, REFERENT), draft, "garder", revision=1, drawn=mine)

    assert (status, told["kind"], told["revision"]) == (409, "changed", 2)
    assert (told["by_role"], told["is_mine"]) == ("Correspondant de police municipale", False)
    assert told["drawn"][0]["area"][0][0][2][1] == pytest.approx(44.936)
    assert draft.revisions.count() == 2


def test_what_is_no_draft_any_more_is_not_kept(place, draft):
    Proposal.objects.update(state="proposed")

    status, told = ask(
        client_of(place, REFERENT), draft, "garder", revision=1, drawn=[area_of(place.sectors[0], to_the_north())]
    )

    assert (status, told["kind"]) == (409, "ended")


def test_how_a_draft_stands_is_short_where_the_script_has_it(place, draft):
    referent = client_of(place, REFERENT)

    whole = referent.get(f"/propositions/{draft.pk}/brouillon/").json()
    short = referent.get(f"/propositions/{draft.pk}/brouillon/?depuis=1").json()

    assert [each["key"] for each in whole["drawn"]] == [key_of(place.sectors[0])]
    assert [each["name"] for each in whole["neighbours"]] == ["2 · Le Moulin"]
    assert whole["changeable"] == [key_of(place.sectors[0])]
    assert "drawn" not in short
    assert short["revision"] == 1


def test_a_drawing_is_told_by_what_it_holds_and_what_is_wrong_with_it(place, draft, settings):
    settings.RESIDENTS_PER_ADDRESS = 2
    mine, theirs = map(key_of, place.sectors[:2])
    drawn = [area_of(place.sectors[0], TOO_FAR_EAST)]

    _, told = ask(client_of(place, REFERENT), draft, "regarder", key=mine, drawn=drawn)
    _, told_police = ask(client_of(place, POLICE), draft, "regarder", key=mine, drawn=drawn)

    assert told["residents"] == 2 * told["addresses"]
    (overlap,) = told["overlaps"]
    # 79 m by 1,667 m; a référent may trim their own, and share a border only where the neighbour is theirs too.
    assert overlap["area_m2"] == pytest.approx(79 * 1_667, rel=0.01)
    assert overlap["sentence"] == (
        "Recouvre « 2 · Le Moulin » sur 13,1\u00a0ha. Endroit : 13 Rue du Moulin, à 480\u00a0m."
    )
    assert [mend["act"] for mend in overlap["mends"]] == ["trim"]
    assert MIDDLE < overlap["at"][0] < MIDDLE + 0.001
    (of_police,) = told_police["overlaps"]
    assert [mend["act"] for mend in of_police["mends"]] == ["trim", "share_border"]
    assert {mend["other"] for mend in of_police["mends"]} == {theirs}


def test_what_cannot_be_looked_at_yet_is_said_with_each_of_its_places(place, draft):
    drawn = [{"sector": place.sectors[0].pk, "area": [[CROSSED_TWICE]]}]

    status, told = ask(client_of(place, REFERENT), draft, "regarder", key=key_of(place.sectors[0]), drawn=drawn)

    assert status == 200
    assert "Le contour se croise" in told["problem"]["error"]
    first, second = told["problem"]["places"]
    middle = (WEST + MIDDLE) / 2
    assert first["at"] == pytest.approx([middle, LOW], abs=1e-4)
    assert second["at"] == pytest.approx([middle, HIGH], abs=1e-4)
    assert first["sentence"].startswith("Endroit : 11 Rue des Lilas, à ")


def test_a_contour_that_crosses_itself_is_not_mended_and_the_place_is_said(place, draft):
    ring = [[WEST, SOUTH], [MIDDLE, NORTH], [MIDDLE, SOUTH], [WEST, NORTH], [WEST, SOUTH]]
    said = {"key": key_of(place.sectors[0]), "drawn": [{"sector": place.sectors[0].pk, "area": [[ring]]}]}
    said |= {"other": key_of(place.sectors[1]), "at": [MIDDLE, LOWER]}

    for act in ("snap", "trim", "fill_gap", "merge"):
        status, told = ask(client_of(place, POLICE), draft, "retoucher", act=act, **said)
        assert (status, told["place"]) == (
            400,
            pytest.approx([(WEST + MIDDLE) / 2, (SOUTH + NORTH) / 2], abs=1e-4),
        )
        assert "Le contour se croise" in told["error"]


def test_an_overlap_is_trimmed_and_nothing_is_kept_before_one_keeps_it(place, draft):
    mine, theirs = map(key_of, place.sectors[:2])
    referent = client_of(place, REFERENT)
    said = {"key": mine, "other": theirs, "drawn": [area_of(place.sectors[0], TOO_FAR_EAST)]}

    status, told = ask(referent, draft, "retoucher", act="trim", **said)

    assert status == 200
    _, looked = ask(referent, draft, "regarder", key=mine, drawn=told["drawn"])
    assert looked["overlaps"] == []
    assert draft.revisions.count() == 1


def test_a_gap_is_filled_at_its_place(place, draft):
    mine = key_of(place.sectors[0])
    referent = client_of(place, REFERENT)
    # 0.0001° is 7.9 m, the width of a street.
    drawn = [area_of(place.sectors[0], rectangle(WEST, SOUTH, MIDDLE - 0.0001, NORTH))]
    _, looked = ask(referent, draft, "regarder", key=mine, drawn=drawn)
    (gap,) = looked["gaps"]

    _, told = ask(referent, draft, "retoucher", act="fill_gap", key=mine, at=gap["at"], drawn=drawn)

    assert "sans secteur, entre ce secteur et « 2 · Le Moulin »" in gap["sentence"]
    _, after = ask(referent, draft, "regarder", key=mine, drawn=told["drawn"])
    assert after["gaps"] == []


def test_ground_and_addresses_that_lose_their_sector_are_told_wherever_they_lie(place, draft):
    mine = key_of(place.sectors[0])
    # Far from every neighbour, and without any of its two addresses: 0.0050° × 0.0045° in the middle of the
    # sector's 0.010° × 0.015°; 788 m × 1,667 m − 394 m × 500 m = 131.4 − 19.7 = 111.7 ha.
    drawn = [area_of(place.sectors[0], rectangle(4.8825, 44.931, 4.8875, 44.9355))]

    _, told = ask(client_of(place, REFERENT), draft, "regarder", key=mine, drawn=drawn)

    assert told["addresses"] == 0
    assert told["leaves"] == "Laisse sans secteur 111,7\u00a0ha et 2\u00a0adresses qui en ont un aujourd'hui."
    (left,) = told["gaps"]
    assert left["sentence"].startswith(
        "Laisse 111,7\u00a0ha (2\u00a0adresses) sans secteur, entre ce secteur et « 2 · Le Moulin ». Endroit : "
    )
    assert [mend["act"] for mend in left["mends"]] == ["fill_gap"]
    said = {"act": "fill_gap", "key": mine, "at": left["at"], "drawn": drawn}
    _, mended = ask(client_of(place, REFERENT), draft, "retoucher", **said)
    _, again = ask(client_of(place, REFERENT), draft, "regarder", key=mine, drawn=mended["drawn"])
    assert (again["leaves"], again["gaps"]) == ("", [])


def test_a_sector_is_split_along_a_line_and_merged_again(place, draft):
    police, mine = client_of(place, POLICE), key_of(place.sectors[0])
    line = [[WEST - 0.001, LOWER], [MIDDLE + 0.001, LOWER]]
    whole = [area_of(place.sectors[0], rectangle(WEST, SOUTH, MIDDLE, NORTH))]

    _, split = ask(
        police, draft, "retoucher", act="split", key=mine, line=line, number=4, name="Les Hauts", drawn=whole
    )
    _, merged = ask(police, draft, "retoucher", act="merge", key=mine, other="new-4", drawn=split["drawn"])

    assert [each["key"] for each in split["drawn"]] == [mine, "new-4"]
    assert max(lat for _, lat in split["drawn"][0]["area"][0][0]) == pytest.approx(LOWER, abs=1e-6)
    assert [each["key"] for each in merged["drawn"]] == [mine]
    assert max(lat for _, lat in merged["drawn"][0]["area"][0][0]) == pytest.approx(NORTH, abs=1e-6)


@pytest.mark.parametrize("taken", [{"number": 2, "name": "Les Hauts"}, {"number": 9, "name": "Le Moulin"}])
def test_a_sector_is_not_split_into_one_that_is_there(place, draft, taken):
    line = [[WEST - 0.001, LOWER], [MIDDLE + 0.001, LOWER]]
    drawn = [area_of(place.sectors[0], rectangle(WEST, SOUTH, MIDDLE, NORTH))]
    said = {"act": "split", "key": key_of(place.sectors[0]), "line": line, "drawn": drawn}

    status, told = ask(client_of(place, POLICE), draft, "retoucher", **said, **taken)

    assert (status, told["error"]) == (
        400,
        "Le secteur « 2 · Le Moulin » porte déjà ce numéro ou ce nom. Choisissez-en d'autres.",
    )


def test_a_sector_is_told_by_those_that_it_can_be_merged_with(place, draft):
    mine, theirs = map(key_of, place.sectors[:2])
    apart = rectangle(WEST, SOUTH, MIDDLE - 0.001, NORTH)
    police = client_of(place, POLICE)

    _, met = ask(police, draft, "regarder", key=mine, drawn=[area_of(place.sectors[0], to_the_north())])
    _, unmet = ask(police, draft, "regarder", key=mine, drawn=[area_of(place.sectors[0], apart)])

    assert (met["bordering"], unmet["bordering"]) == ([theirs], [])


def test_a_referent_shares_no_border_of_a_neighbour(place, draft):
    mine, theirs = map(key_of, place.sectors[:2])
    said = {"key": mine, "other": theirs, "drawn": [area_of(place.sectors[0], TOO_FAR_EAST)]}
    referent = client_of(place, REFERENT)

    status, told = ask(referent, draft, "retoucher", act="share_border", **said)
    kept, _ = ask(referent, draft, "garder", revision=1, drawn=[area_of(place.sectors[1], TOO_FAR_EAST)])

    assert (status, kept) == (400, 400)
    assert "un secteur qui n'est pas le vôtre" in told["error"]
    assert draft.revisions.count() == 1


def test_streets_give_a_drawing_without_a_map(place, draft):
    mine = key_of(place.sectors[0])
    drawn = [area_of(place.sectors[0], to_the_north())]

    _, told = ask(client_of(place, REFERENT), draft, "composer", key=mine, text="rue du Moulin", drawn=drawn)
    status, refused = ask(
        client_of(place, REFERENT), draft, "composer", key=mine, text="rue de Nulle Part", drawn=drawn
    )

    assert told["addresses"] > 0
    assert told["drawn"][0]["area"]
    assert status == 400
    assert "Ligne 1 : aucune adresse de la commune" in refused["error"]


def test_a_corner_is_named_by_the_address_that_it_is_near(place, draft):
    address = place.town.commune.addresses.filter(point__isnull=False).earliest("pk")
    # 0.0001° of latitude is 11.1 m.
    corner = [address.point.x, address.point.y + 0.0001]

    _, told = ask(client_of(place, REFERENT), draft, "reperes", places=[corner])

    (near,) = told["near"]
    assert near["address"] == str(address)
    assert near["distance_m"] == pytest.approx(11.1, abs=0.1)


RING = [[WEST, SOUTH], [MIDDLE, SOUTH], [MIDDLE, NORTH], [WEST, SOUTH]]


@pytest.mark.parametrize(
    ("drawn", "why"),
    [
        (None, "il compte de 1 à 50 secteurs"),
        ([], "il compte de 1 à 50 secteurs"),
        ([{}] * 51, "il compte de 1 à 50 secteurs"),
        ([3], "un secteur n'est pas un objet"),
        ([{"sector": 0, "area": [[RING]]}], "l'un des secteurs n'existe pas"),
        ([{"sector": True, "area": [[RING]]}], "l'un des secteurs n'existe pas"),
        ([{"sector": "1", "area": [[RING]]}], "l'un des secteurs n'existe pas"),
        ([{"area": [[RING]], "name": "Neuf"}], "« number » n'est pas un nombre"),
        ([{"area": [[RING]], "number": 9, "name": " "}], "a besoin d'un nom"),
        ([{"area": None, "number": 9, "name": "Neuf"}], "a besoin d'un contour"),
        ([{"area": [[RING]], "number": 9, "name": "Neuf"}] * 2, "un secteur y est deux fois"),
        ([{"area": [], "number": 9, "name": "Neuf"}], "un contour n'est pas une liste"),
        ([{"area": [[RING[:-1]]], "number": 9, "name": "Neuf"}], "n'est pas fermé"),
        ([{"area": [[[RING[0]] * 2]], "number": 9, "name": "Neuf"}], "n'est pas fermé"),
        ([{"area": [[[*RING[:2], [4.9], RING[0]]]], "number": 9, "name": "Neuf"}], "le point n° 3"),
        ([{"area": [[[*RING[:1], [181, 44], RING[0]]]], "number": 9, "name": "Neuf"}], "le point n° 2"),
        ([{"area": [[[*RING[:1], [float("nan"), 44], RING[0]]]], "number": 9, "name": "Neuf"}], "le point n° 2"),
        ([{"area": [[[*RING[:1], [10**400, 44], RING[0]]]], "number": 9, "name": "Neuf"}], "le point n° 2"),
        ([{"area": [[RING[:1] * 10_001]], "number": 9, "name": "Neuf"}], "plus de 10000 sommets"),
        ([{"area": [[RING] * 1_001], "number": 9, "name": "Neuf"}], "plus de 1000 contours"),
    ],
)
def test_a_drawing_that_is_none_is_refused_in_french(place, draft, drawn, why):
    status, told = ask(client_of(place, POLICE), draft, "garder", revision=1, drawn=drawn)

    assert status == 400
    assert told["error"].startswith("Le tracé envoyé n'est pas compris : ")
    assert why in told["error"]
    assert draft.revisions.count() == 1


@pytest.mark.parametrize("body", ["", "[]", "{", "9" * 5_000, "[" * 100_000, " " * 2_700_000])
def test_a_body_that_is_no_object_is_refused_in_french(place, draft, body):
    answer = client_of(place, POLICE).post(
        f"/propositions/{draft.pk}/garder/", body, content_type="application/json"
    )

    assert answer.status_code == 400
    assert "n'est pas compris" in answer.json()["error"]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("regarder", {}),
        ("regarder", {"key": "sector-0"}),
        ("retoucher", {"key": "new-4", "act": "trim"}),
        ("retoucher", {"key": "new-4", "act": "explode"}),
        ("retoucher", {"key": "new-4", "act": "trim", "other": "sector-0"}),
        ("retoucher", {"key": "new-4", "act": "fill_gap", "at": ["4.9", 44.9]}),
        ("retoucher", {"key": "new-4", "act": "split", "line": [[4.9, 44.9]], "number": 5, "name": "Cinq"}),
        ("composer", {"key": "new-4", "text": 3}),
        ("composer", {"key": "new-5", "text": "rue du Moulin"}),
        ("reperes", {"places": [[4.9, 44.9]] * 501}),
        ("garder", {"revision": "1"}),
        ("garder", {"revision": -1}),
    ],
)
def test_what_is_asked_without_what_it_needs_is_refused_in_french(place, draft, what, said):
    drawn = [{"area": [[RING]], "number": 4, "name": "Les Hauts"}]

    status, told = ask(client_of(place, POLICE), draft, what, drawn=drawn, **said)

    assert status == 400
    assert told["error"].endswith((".", "?"))


def test_a_neighbours_draft_is_not_there_for_a_referent(place):
    neighbours = build_proposal(place.sectors[1], place.accounts[POLICE], POLICE)
    referent = client_of(place, REFERENT)
    said = json.dumps({"drawn": [{"sector": place.sectors[1].pk, "area": [[RING]]}], "key": "sector-1"})

    for what in ("garder", "regarder", "retoucher", "composer", "reperes", "rues"):
        answer = referent.post(f"/propositions/{neighbours.pk}/{what}/", said, content_type="application/json")
        assert answer.status_code == 404, what
    for what in ("brouillon", "atelier"):
        assert referent.get(f"/propositions/{neighbours.pk}/{what}/").status_code == 404, what


def jagged(east: float) -> MultiPolygon:
    """« Les Lilas » with a vertex every 0.0001° (11 m) of its eastern border, by turns 0.00001° (0.8 m) within."""
    border = [(east - 0.00001 * (step % 2), SOUTH + step * 0.0001) for step in range(151)]
    return MultiPolygon(Polygon([(WEST, SOUTH), *border, (WEST, NORTH), (WEST, SOUTH)]), srid=WGS84)


def test_a_border_is_lightened_and_what_that_moves_is_said(place, draft):
    mine = key_of(place.sectors[0])
    said = {"key": mine, "drawn": [area_of(place.sectors[0], jagged(MIDDLE - 0.001))], "within_m": 3}

    status, told = ask(client_of(place, REFERENT), draft, "alleger", both=False, **said)

    # The corners, and two or three vertices more; half a metre, on average, of 1,667 m.
    assert status == 200
    assert told["sentence"].startswith("153\u00a0sommets deviennent ")
    assert "La limite bouge de 0,8\u00a0m au plus" in told["sentence"]
    assert "0\u00a0adresse de plus, 0 de moins." in told["sentence"]
    assert len(told["drawn"][0]["area"][0][0]) < 12
    assert draft.revisions.count() == 1


def test_a_border_in_common_is_lightened_by_who_may_change_both_sides(place, draft):
    mine, theirs = map(key_of, place.sectors[:2])
    lilas = jagged(MIDDLE)
    border = [vertex for vertex in lilas.coords[0][0] if vertex[0] > MIDDLE - 0.0001]
    moulin = MultiPolygon(Polygon([*border, (EAST, NORTH), (EAST, SOUTH), border[0]]), srid=WGS84)
    for sector, area in zip(place.sectors, (lilas, moulin), strict=False):
        sector.perimeters.update(area=area)
    said = {"key": mine, "drawn": [area_of(place.sectors[0], lilas)], "within_m": 3, "both": True}

    refused, why = ask(client_of(place, REFERENT), draft, "alleger", **said)
    status, told = ask(client_of(place, POLICE), draft, "alleger", **said)

    assert (refused, why["error"][:32]) == (400, "Aucun sommet ne peut partir à 3 ")
    assert status == 200
    assert "La limite commune bouge aussi pour « 2 · Le Moulin »." in told["sentence"]
    assert [each["key"] for each in told["drawn"]] == [mine, theirs]
    first, second = (
        {
            (round(lon, 8), round(lat, 8))
            for lon, lat in each["area"][0][0]
            if lon > MIDDLE - 0.0001 and lon < EAST - 0.0001
        }
        for each in told["drawn"]
    )
    assert first == second
    assert len(first) < 10
