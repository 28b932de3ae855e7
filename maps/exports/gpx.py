"""One crew's round as GPX 1.1: its planned stops as a route, its stays as waypoints, the streets as a track."""

import datetime as dt
import re

from gpxpy import gpx

from geo import french
from maps.round_reading import read_round
from maps.rounds import Coordinates, Round, Stay, Visit
from patrols.models import Route

CREATOR = "Ronde"
DATA_AUTHOR = "Contributeurs d'OpenStreetMap"
DATA_LICENCE = "https://opendatacommons.org/licenses/odbl/1-0/"
# XML 1.0 has no way to write these, not even escaped; one in an address would make the whole file unreadable.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_route(route: Route) -> str:
    """Render a saved route as a GPX 1.1 document."""
    return render_round(read_round(route))


def render_round(crew_round: Round) -> str:
    """Render a round as a GPX 1.1 document.

    Notes
    -----
    Route points carry the *planned* times. Track points carry none: nobody has driven there yet, and a device
    would take a time for a measurement.
    """
    document = gpx.GPX()
    document.creator = CREATOR
    document.name = _text(f"{crew_round.crew}, {french.day(crew_round.day)}, plan n° {crew_round.plan_number}")
    document.description = _text(_summary(crew_round))
    document.time = crew_round.plan_made_at.astimezone(dt.UTC).replace(microsecond=0)
    document.copyright_author = DATA_AUTHOR
    document.copyright_license = DATA_LICENCE
    document.waypoints.extend(_stay(stay) for stay in crew_round.stays)
    document.routes.append(_route(crew_round))
    document.tracks.append(_track(crew_round))
    document.bounds = document.get_bounds()
    return str(document.to_xml(version="1.1"))


def _route(crew_round: Round) -> gpx.GPXRoute:
    route = gpx.GPXRoute(name=_text(f"Arrêts de {crew_round.crew}"))
    route.points.append(
        _point(
            crew_round.start.point,
            crew_round.starts_at,
            f"Départ · {french.clock(crew_round.starts_at)}",
            crew_round.start.name,
        )
    )
    for visit in crew_round.visits:
        name = f"{visit.order} · {french.clock(visit.starts_at)}"
        route.points.append(_point(visit.point, visit.starts_at, name, _description(visit)))
    route.points.append(
        _point(
            crew_round.end.point,
            crew_round.returns_at,
            f"Retour · {french.clock(crew_round.returns_at)}",
            crew_round.end.name,
        )
    )
    return route


def _track(crew_round: Round) -> gpx.GPXTrack:
    track = gpx.GPXTrack(name=_text(f"Parcours prévu de {crew_round.crew}"))
    track.description = _text(f"{french.length(crew_round.length_m)}, calculé ; ce n'est pas un relevé.")
    points = [gpx.GPXTrackPoint(latitude=lat, longitude=lon) for lon, lat in crew_round.course]
    track.segments.append(gpx.GPXTrackSegment(points))
    return track


def _stay(stay: Stay) -> gpx.GPXWaypoint:
    longitude, latitude = stay.place.point
    return gpx.GPXWaypoint(
        latitude=latitude,
        longitude=longitude,
        time=stay.starts_at.astimezone(dt.UTC).replace(microsecond=0),
        name=_text(f"Présence · {french.clock(stay.starts_at)}"),
        description=_text(f"{stay.place.name}, jusqu'à {french.clock(stay.ends_at)}".removeprefix(", ")),
    )


def _point(point: Coordinates, when: dt.datetime, name: str, description: str) -> gpx.GPXRoutePoint:
    longitude, latitude = point
    return gpx.GPXRoutePoint(
        latitude=latitude,
        longitude=longitude,
        time=when.astimezone(dt.UTC).replace(microsecond=0),
        name=_text(name),
        description=_text(description),
    )


def _description(visit: Visit) -> str:
    parts = [f"{visit.address}, {visit.postcode} {visit.city}".strip(), f"Heures permises : {visit.allowed_hours}"]
    if visit.visit_number > 1:
        parts.append(f"{visit.visit_number}e passage du jour")
    parts.append(f"Sur place : {french.duration(visit.service_s)}")
    return ". ".join(parts)


def _summary(crew_round: Round) -> str:
    stops = french.counted(len(crew_round.visits), "arrêt")
    return f"{crew_round.service}, {crew_round.mode.lower()} : {stops}, {french.length(crew_round.length_m)}"


def _text(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", french.plain(text))
