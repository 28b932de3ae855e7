"""A plan as GeoJSON (RFC 7946): each crew's course, its stops, the depots, and the homes left out."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from maps.ground import ATTRIBUTION
from maps.round_reading import read_rounds
from maps.rounds import Coordinates, Pause, Place, Round, Stay, Visit, rounded
from patrols.models import Plan

COURSES_SQL = (Path(__file__).parent / "sql" / "courses_as_geojson.sql").read_text(encoding="utf-8")
JsonObject = dict[str, Any]


def render_plan(plan: Plan, crews: Sequence[str] = ()) -> str:
    """Render a plan, or the rounds of some crews of it, as one feature collection.

    Parameters
    ----------
    plan
        A saved plan.
    crews
        Names of the crews wanted; none means all, and then the homes left out are there too.

    Raises
    ------
    CrewNotInPlan
        When a wanted crew has no route in the plan.
    """
    rounds = read_rounds(plan, crews)
    courses = _courses(plan)
    features = [feature for crew_round in rounds for feature in _round_features(crew_round, courses)]
    if not crews:
        features.extend(_omissions(plan))
    document: JsonObject = {
        "type": "FeatureCollection",
        "nom": f"Tournées du {plan.day.isoformat()}, plan n° {plan.number}",
        "commune": plan.commune.insee_code,
        "calcule_le": timezone.localtime(plan.made_at).isoformat(),
        "attribution": ATTRIBUTION,
    }
    if box := _box(features):
        document["bbox"] = box
    document["features"] = features
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _round_features(crew_round: Round, courses: dict[int, JsonObject]) -> Iterator[JsonObject]:
    yield {
        "type": "Feature",
        "geometry": courses.get(crew_round.route_id),
        "properties": {
            "nature": "parcours",
            "equipage": crew_round.crew,
            "service": crew_round.service,
            "mode": crew_round.mode,
            "couleur": crew_round.mark.style.colour,
            "arrets": len(crew_round.visits),
            "depart": timezone.localtime(crew_round.starts_at).isoformat(),
            "retour": timezone.localtime(crew_round.returns_at).isoformat(),
            "longueur_m": round(crew_round.length_m),
            "trajet_s": round(crew_round.travel_s),
        },
    }
    yield _depot(crew_round, crew_round.start, "départ")
    for step in crew_round.steps():
        yield _stop(crew_round, step) if isinstance(step, Visit) else _pause(crew_round, step)
    yield _depot(crew_round, crew_round.end, "retour")
    for pause in crew_round.pauses_on_return:
        yield _pause(crew_round, pause)


def _depot(crew_round: Round, place: Place, role: str) -> JsonObject:
    return _point(place.point, {"nature": "dépôt", "equipage": crew_round.crew, "role": role, "nom": place.name})


def _stop(crew_round: Round, visit: Visit) -> JsonObject:
    properties = {
        "nature": "arrêt",
        "equipage": crew_round.crew,
        "ordre": visit.order,
        "passage": visit.visit_number,
        "arrivee": timezone.localtime(visit.starts_at).isoformat(),
        "depart": timezone.localtime(visit.leaves_at).isoformat(),
        "adresse": visit.address,
        "code_postal": visit.postcode,
        "commune": visit.city,
        "logement": visit.dwelling,
        "horaires": visit.allowed_hours,
    }
    return _point(visit.point, properties)


def _pause(crew_round: Round, pause: Pause | Stay) -> JsonObject:
    properties = {
        "nature": "présence" if isinstance(pause, Stay) else "pause",
        "equipage": crew_round.crew,
        "lieu": pause.place.name,
        "debut": timezone.localtime(pause.starts_at).isoformat(),
        "fin": timezone.localtime(pause.ends_at).isoformat(),
    }
    return _point(pause.place.point, properties)


def _omissions(plan: Plan) -> Iterator[JsonObject]:
    for omission in plan.omissions.select_related("absence__address"):
        properties = {
            "nature": "passage écarté",
            "passage": omission.visit_number,
            "adresse": str(omission.absence.address),
            "motif": omission.get_reason_display(),
            "explication": omission.sentence,
        }
        yield _point(rounded(*omission.absence.point.coords), properties)


def _point(point: Coordinates, properties: JsonObject) -> JsonObject:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": list(point)},
        "properties": properties,
    }


def _courses(plan: Plan) -> dict[int, JsonObject]:
    with connection.cursor() as cursor:
        cursor.execute(COURSES_SQL, [plan.pk])
        return {route_id: json.loads(course) for route_id, course in cursor.fetchall()}


def _box(features: list[JsonObject]) -> list[float] | None:
    points = [point for feature in features if feature["geometry"] for point in _points(feature["geometry"])]
    if not points:
        return None
    longitudes, latitudes = zip(*points, strict=True)
    return [min(longitudes), min(latitudes), max(longitudes), max(latitudes)]


def _points(geometry: JsonObject) -> list[list[float]]:
    return [geometry["coordinates"]] if geometry["type"] == "Point" else geometry["coordinates"]
