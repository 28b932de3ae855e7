"""The documents by which a tool finds its way: landing page, conformance, collections, description of the API."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from geo.models import Commune
from maps.ogc.features import COLLECTIONS, Collection, Page, days_of
from maps.ogc.queries import DEFAULT_LIMIT, MAX_LIMIT, FeatureQuery, as_json_interval
from maps.ogc.reference_systems import CRS84, systems_of

JsonObject = dict[str, Any]
Address = Callable[..., str]
JSON = "application/json"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMANCE = tuple(
    f"http://www.opengis.net/spec/ogcapi-features-{part}/1.0/conf/{name}"
    for part, name in ((1, "core"), (1, "oas30"), (1, "geojson"), (2, "crs"))
)
TITLE = "Ronde · secteurs et périmètres"
DESCRIPTION = (
    "Secteurs de la participation citoyenne et leurs périmètres, pour les logiciels de cartographie. "
    "Les entités demandent un jeton d'accès, dans l'en-tête « Authorization: Bearer … »."
)


class Writer:
    """Writes the documents for one commune.

    Parameters
    ----------
    commune
        The commune of the site.
    address
        Returns the whole address of a document: ``address("items", "secteurs")``.
    """

    def __init__(self, commune: Commune, address: Address) -> None:
        self.commune = commune
        self.address = address

    def landing(self) -> JsonObject:
        """The document that leads to the others."""
        return {
            "title": f"{TITLE} · {self.commune.name}",
            "description": DESCRIPTION,
            "links": [
                _link(self.address("landing"), "self", JSON, "Cette page"),
                _link(self.address("api"), "service-desc", OPENAPI, "Description du service"),
                _link(self.address("conformance"), "conformance", JSON, "Ce que le service respecte"),
                _link(self.address("collections"), "data", JSON, "Les collections"),
            ],
        }

    def conformance(self) -> JsonObject:
        """The parts of the standard that are held."""
        return {"conformsTo": list(CONFORMANCE)}

    def collections(self) -> JsonObject:
        """Every collection, with the systems in which its features are served."""
        return {
            "links": [_link(self.address("collections"), "self", JSON, "Les collections")],
            "crs": list(systems_of(self.commune.pk)),
            "collections": [self.collection(each) for each in COLLECTIONS.values()],
        }

    def collection(self, collection: Collection) -> JsonObject:
        """One collection: what it holds, where and when, and where its features are."""
        return {
            "id": collection.name,
            "title": collection.title,
            "description": collection.description,
            "itemType": "feature",
            "extent": {
                "spatial": {"bbox": [list(self.commune.outline.extent)], "crs": CRS84.uri},
                "temporal": {"interval": [as_json_interval(*days_of(self.commune.pk))]},
            },
            "crs": list(systems_of(self.commune.pk)),
            "storageCrs": CRS84.uri,
            "links": [
                _link(self.address("collection", collection.name), "self", JSON, collection.title),
                _link(self.address("items", collection.name), "items", GEOJSON, "Les entités"),
            ],
        }

    def page(self, collection: Collection, query: FeatureQuery, page: Page, *, now: dt.datetime) -> JsonObject:
        """One page of features, with the addresses of the next and of the one before."""
        items = self.address("items", collection.name)
        offsets = {"self": query.offset}
        if query.offset + len(page.features) < page.number_matched and page.features:
            offsets["next"] = query.offset + query.limit
        if query.offset:
            offsets["prev"] = max(query.offset - query.limit, 0)
        titles = {"self": "Cette page", "next": "La suite", "prev": "Ce qui précède"}
        return {
            "type": "FeatureCollection",
            "links": [
                _link(_with(items, query.at(offset).as_parameters()), rel, GEOJSON, titles[rel])
                for rel, offset in offsets.items()
            ],
            "timeStamp": now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "numberMatched": page.number_matched,
            "numberReturned": len(page.features),
            "features": page.features,
        }

    def feature(self, collection: Collection, feature: JsonObject) -> JsonObject:
        """One feature, with the way to its collection."""
        links = [
            _link(self.address("item", collection.name, feature["id"]), "self", GEOJSON, "Cette entité"),
            _link(self.address("collection", collection.name), "collection", JSON, collection.title),
        ]
        return {**feature, "links": links}

    def api(self) -> JsonObject:
        """The description of the service, as OpenAPI 3.0."""
        return {
            "openapi": "3.0.3",
            "info": {"title": f"{TITLE} · {self.commune.name}", "description": DESCRIPTION, "version": "1.0.0"},
            "servers": [{"url": self.address("landing")}],
            "paths": {
                "/": _get("landing", "Page d'accueil", JSON),
                "/conformance": _get("conformance", "Ce que le service respecte", JSON),
                "/collections": _get("collections", "Les collections", JSON),
                **self._collection_paths(),
            },
            "components": {"securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}}},
        }

    def _collection_paths(self) -> JsonObject:
        systems = _schema("string", format="uri", enum=list(systems_of(self.commune.pk)), default=CRS84.uri)
        asked = [
            _parameter("limit", _schema("integer", minimum=1, maximum=MAX_LIMIT, default=DEFAULT_LIMIT)),
            _parameter("offset", _schema("integer", minimum=0, default=0)),
            _parameter("bbox", _numbers()) | {"style": "form", "explode": False},
            _parameter("bbox-crs", systems),
            _parameter("datetime", _schema("string")),
            _parameter("crs", systems),
            _parameter("numero", _schema("integer", minimum=0)),
        ]
        key = _parameter("featureId", _schema("integer")) | {"in": "path", "required": True}
        paths: JsonObject = {}
        for name, collection in COLLECTIONS.items():
            root = f"/collections/{name}"
            paths[root] = _get(f"describe_{name}", collection.title, JSON)
            paths[f"{root}/items"] = _get(f"items_{name}", collection.description, GEOJSON, asked)
            paths[f"{root}/items/{{featureId}}"] = _get(
                f"item_{name}", "Une entité", GEOJSON, [key, _parameter("crs", systems)]
            )
        return paths


def _link(href: str, rel: str, media_type: str, title: str) -> JsonObject:
    return {"href": href, "rel": rel, "type": media_type, "title": title, "hreflang": "fr"}


def _with(address: str, parameters: str) -> str:
    return f"{address}?{parameters}" if parameters else address


def _get(name: str, summary: str, media_type: str, parameters: list[JsonObject] | None = None) -> JsonObject:
    answers = {"200": {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}}}
    refusals = {"400": "Un paramètre n'est pas compris.", "401": "Jeton absent ou inconnu.", "404": "Rien là."}
    operation: JsonObject = {
        "operationId": name,
        "summary": summary,
        "responses": answers | {code: {"description": text} for code, text in refusals.items()},
    }
    if parameters is not None:
        operation |= {"parameters": parameters, "security": [{"jeton": []}]}
    return {"get": operation}


def _parameter(name: str, schema: JsonObject) -> JsonObject:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _schema(kind: str, **more: Any) -> JsonObject:
    return {"type": kind, **more}


def _numbers() -> JsonObject:
    return {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}}
