"""OGC API Features over the sectors and their perimeters, for QGIS, ogr2ogr and their like."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.permissions import allows, public, tools_too
from geo.models import Commune
from maps.errors import QueryRefused
from maps.ogc import features, queries
from maps.ogc.documents import GEOJSON, JSON, OPENAPI, Writer
from maps.ogc.reference_systems import ReferenceSystem, systems_of

BAD_REQUEST, NOT_FOUND = 400, 404
# Within what the database counts.
NUMBER = re.compile(r"[0-9]{1,18}")


def told_to_tools(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say in JSON, as a tool reads it, that there is no such collection or feature."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except Http404:
            why = _("Cette collection n'existe pas, ou rien n'y a cet identifiant.")
            return _send({"code": "NotFound", "description": why}, JSON, status=NOT_FOUND)

    return answer


@public
@require_safe
def show_landing(request: HttpRequest) -> HttpResponse:
    """The way into the service."""
    return _send_document(request, Writer.landing)


@public
@require_safe
def show_conformance(request: HttpRequest) -> HttpResponse:
    """The parts of the standard that are held."""
    return _send_document(request, Writer.conformance)


@public
@require_safe
def show_api(request: HttpRequest) -> HttpResponse:
    """The description of the service, as OpenAPI."""
    return _send_document(request, Writer.api, media_type=OPENAPI)


@public
@require_safe
def list_collections(request: HttpRequest) -> HttpResponse:
    """The collections: what there is to read, and nothing of it."""
    return _send_document(request, Writer.collections)


@public
@require_safe
@told_to_tools
def show_collection(request: HttpRequest, name: str) -> HttpResponse:
    """One collection."""
    collection = _collection_or_404(name)
    return _send_document(request, lambda writer: writer.collection(collection))


@tools_too
@allows("sector.perimeter", "sector.name")
@require_safe
@told_to_tools
def list_features(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the features of a collection."""
    collection, writer = _collection_or_404(name), _writer(request)
    try:
        query = queries.read_query(_parameters(request), systems_of(writer.commune.pk))
    except QueryRefused as refusal:
        return _refuse(refusal)
    now = timezone.now()
    page = features.read_page(collection, query, commune=writer.commune.pk, today=timezone.localdate(now))
    return _send_features(writer.page(collection, query, page, now=now), query.system)


@tools_too
@allows("sector.perimeter", "sector.name")
@require_safe
@told_to_tools
def show_feature(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """One feature of a collection."""
    collection, writer = _collection_or_404(name), _writer(request)
    try:
        system = queries.read_system(_parameters(request), systems_of(writer.commune.pk))
    except QueryRefused as refusal:
        return _refuse(refusal)
    query = queries.FeatureQuery(limit=1, system=system)
    number = _number_or_404(key)
    feature = features.read_feature(
        collection, number, query, commune=writer.commune.pk, today=timezone.localdate()
    )
    if feature is None:
        raise Http404
    return _send_features(writer.feature(collection, feature), system)


def _writer(request: HttpRequest) -> Writer:
    def address(document: str, *parts: Any) -> str:
        return request.build_absolute_uri(reverse(f"maps:ogc_{document}", args=parts))

    return Writer(Commune.objects.of_site(), address)


def _collection_or_404(name: str) -> features.Collection:
    try:
        return features.COLLECTIONS[name]
    except KeyError as error:
        raise Http404 from error


def _number_or_404(key: str) -> int:
    if not NUMBER.fullmatch(key):
        raise Http404
    return int(key)


def _parameters(request: HttpRequest) -> Mapping[str, str]:
    """The parameters, each once: which of two is meant, nobody can say."""
    for name, values in request.GET.lists():
        if len(values) > 1:
            raise QueryRefused(name, "il est donné deux fois.")
    return {name: request.GET[name] for name in request.GET}


def _send_document(
    request: HttpRequest, write: Callable[[Writer], dict[str, Any]], *, media_type: str = JSON
) -> HttpResponse:
    try:
        queries.refuse_parameters(_parameters(request))
    except QueryRefused as refusal:
        return _refuse(refusal)
    return _send(write(_writer(request)), media_type)


def _send_features(document: dict[str, Any], system: ReferenceSystem) -> HttpResponse:
    answer = _send(document, GEOJSON)
    answer["Content-Crs"] = f"<{system.uri}>"
    return answer


def _refuse(refusal: QueryRefused) -> HttpResponse:
    return _send({"code": "InvalidParameterValue", "description": str(refusal)}, JSON, status=BAD_REQUEST)


def _send(document: dict[str, Any], media_type: str, *, status: int = 200) -> HttpResponse:
    return JsonResponse(
        document, status=status, content_type=media_type, json_dumps_params={"ensure_ascii": False}
    )
