import datetime as dt

import pytest
from django.template import Context, Template

from tests.builders import at


def render(expression: str, value: object) -> str:
    text = Template("{% load french %}{{ value|" + expression + " }}").render(Context({"value": value}))
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("expression", "value", "written"),
    [
        ("day", dt.date(2026, 8, 12), "mercredi 12 août 2026"),
        ("day", dt.date(2026, 5, 1), "vendredi 1er mai 2026"),
        ("short_day", dt.date(2026, 8, 1), "1er août"),
        ("short_day", dt.date(2026, 12, 24), "24 décembre"),
        ("clock", at(22, 15), "22 h 15"),
        ("clock", dt.time(8), "8 h"),
        ("distance", 850.0, "850 m"),
        ("distance", 12_400.0, "12,4 km"),
        ("duration", 300, "5 min"),
        ("duration", 7500, "2 h 05"),
        ("decimal:1", 1234.5, "1 234,5"),
        ("passage_rank", 1, "1er passage"),
        ("passage_rank", 2, "2e passage"),
        ('counted:"arrêt"', 1, "1 arrêt"),
        ('counted:"arrêt"', 2, "2 arrêts"),
        ('counted:"logement vacant,logements vacants"', 0, "0 logement vacant"),
        ('counted:"logement vacant,logements vacants"', 3, "3 logements vacants"),
    ],
)
def test_values_are_written_the_french_way(expression, value, written):
    assert render(expression, value) == written
