"""Where a department's OpenStreetMap extract is published: the French regions of before 2016."""

from geo.errors import UnknownDepartment

# download.geofabrik.de/europe/france/<region>-latest.osm.pbf
REGIONS: dict[str, tuple[str, ...]] = {
    "alsace": ("67", "68"),
    "aquitaine": ("24", "33", "40", "47", "64"),
    "auvergne": ("03", "15", "43", "63"),
    "basse-normandie": ("14", "50", "61"),
    "bourgogne": ("21", "58", "71", "89"),
    "bretagne": ("22", "29", "35", "56"),
    "centre": ("18", "28", "36", "37", "41", "45"),
    "champagne-ardenne": ("08", "10", "51", "52"),
    "corse": ("2A", "2B"),
    "franche-comte": ("25", "39", "70", "90"),
    "guadeloupe": ("971",),
    "guyane": ("973",),
    "haute-normandie": ("27", "76"),
    "ile-de-france": ("75", "77", "78", "91", "92", "93", "94", "95"),
    "languedoc-roussillon": ("11", "30", "34", "48", "66"),
    "limousin": ("19", "23", "87"),
    "lorraine": ("54", "55", "57", "88"),
    "martinique": ("972",),
    "mayotte": ("976",),
    "midi-pyrenees": ("09", "12", "31", "32", "46", "65", "81", "82"),
    "nord-pas-de-calais": ("59", "62"),
    "pays-de-la-loire": ("44", "49", "53", "72", "85"),
    "picardie": ("02", "60", "80"),
    "poitou-charentes": ("16", "17", "79", "86"),
    "provence-alpes-cote-d-azur": ("04", "05", "06", "13", "83", "84"),
    "reunion": ("974",),
    "rhone-alpes": ("01", "07", "26", "38", "42", "69", "73", "74"),
}
_REGION_OF = {department: region for region, departments in REGIONS.items() for department in departments}


# BAN and BAL give the districts of these cities their own codes.
DISTRICTS = {
    "13055": range(13201, 13217),
    "69123": range(69381, 69390),
    "75056": range(75101, 75121),
}


def codes_of(insee_code: str) -> frozenset[str]:
    """Return the codes under which address files have a commune: its own, and those of its districts."""
    return frozenset({insee_code, *(str(code) for code in DISTRICTS.get(insee_code, ()))})


def department_of(insee_code: str) -> str:
    """Return the department of a commune: two characters, three overseas."""
    return insee_code[:3] if insee_code.startswith("97") else insee_code[:2]


def region_of(insee_code: str) -> str:
    """Return the name under which the commune's region is published.

    Raises
    ------
    UnknownDepartment
        The code is not a French commune's.
    """
    department = department_of(insee_code)
    try:
        return _REGION_OF[department]
    except KeyError as error:
        raise UnknownDepartment(insee_code) from error
