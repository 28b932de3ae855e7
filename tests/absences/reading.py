"""Reading pages and filling forms, for the tests of the registry."""

import html
import re


def words(answer) -> str:
    """The words of a page, spaces as one."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(text))


def filled(**changes: object) -> dict[str, object]:
    """A declaration as a browser without script sends it, from 1 to 15 September; ``changes`` by field."""
    return {
        "address_text": "11 rue des Lilas",
        "first_day": "2026-09-01",
        "last_day": "2026-09-15",
        "dwelling": "house",
        "residence": "main",
        "name": "Éloïse Le Goff-Martin",
        "phone": "06 39 98 00 01",
        "email": "",
        "trusted_name": "Yann Canari",
        "trusted_phone": "06 39 98 00 02",
        "access_instructions": "Portail vert, code 4321",
        "passages_per_week": "14",
        "preferred_time": "any",
        "alarm": "siren",
        "animals": "dog_outside",
        "vehicles_left": "1",
        "vehicles_place": "yard",
        "shutters": "closed",
        "windows": "closed",
        "seen_by": "municipal_police",
        "seen_on": "2026-08-12",
        "personnes-TOTAL_FORMS": "4",
        "personnes-INITIAL_FORMS": "0",
        "personnes-0-name": "Rose Jardin",
        "personnes-0-relation": "upkeep",
        "personnes-0-weekdays": ["2", "5"],
        **{f"personnes-{number}-relation": "family" for number in (1, 2, 3)},
        **changes,
    }
