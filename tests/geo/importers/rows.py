"""Rows of address files and small OpenStreetMap texts, with one value changed at a time."""

# A square about 1.58 km wide (0.02° x 78.8 km/°) and 2.22 km high around Valence's place.
WEST, SOUTH, EAST, NORTH = 4.88, 44.92, 4.90, 44.94

BAN_HEADER = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;"
    "source_nom_voie;certification_commune;cad_parcelles"
)
BAL_HEADER = (
    "uid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;commune_deleguee_nom;voie_nom;"
    "lieudit_complement_nom;numero;suffixe;position;x;y;long;lat;cad_parcelles;source;date_der_maj;"
    "certification_commune"
)


def ban_row(
    identifier="26999_0010_00001",
    number="1",
    rep="",
    street="Rue des Lilas",
    insee="26999",
    lon="4.89",
    lat="44.93",
    x="",
    y="",
    kind="entrée",
):
    return (
        f"{identifier};;{number};{rep};{street};26000;{insee};Valmont-sur-Rhône;;;{x};{y};{lon};{lat};{kind};;;"
        "VALMONT SUR RHONE;;commune;commune;1;"
    )


def bal_row(
    key="26999_0010_00001",
    number="1",
    suffix="",
    street="Rue des Lilas",
    lon="4.89",
    lat="44.93",
    kind="entrée",
    insee="26999",
):
    place = f"{number};{suffix};{kind};;;{lon};{lat}"
    return f";{key};{insee};Valmont-sur-Rhône;;;{street};;{place};;commune;2026-01-01;1"


def osm_document(*elements: str) -> str:
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">', *elements, "</osm>", ""])


def node(number: int, lon: float, lat: float, **tags: str) -> str:
    return f'<node id="{number}" version="1" lon="{lon}" lat="{lat}">{_tags(tags)}</node>'


def way(number: int, *nodes: int, **tags: str) -> str:
    references = "".join(f'<nd ref="{each}"/>' for each in nodes)
    return f'<way id="{number}" version="1">{references}{_tags(tags)}</way>'


def relation(number: int, *members: tuple[str, int, str], **tags: str) -> str:
    references = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
    return f'<relation id="{number}" version="1">{references}{_tags(tags)}</relation>'


def _tags(tags: dict[str, str]) -> str:
    """Write tags; ``addr_street`` is the keyword for ``addr:street``."""
    return "".join(f'<tag k="{key.replace("addr_", "addr:")}" v="{value}"/>' for key, value in tags.items())
