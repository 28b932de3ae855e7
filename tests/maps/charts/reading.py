"""Drawings read back as XML."""

from dataclasses import replace
from xml.etree import ElementTree as ET

from maps.charts import PRINT

SVG = "{http://www.w3.org/2000/svg}"
# Each colour by its own name, so that a test says which one it looks for.
NAMED = replace(
    PRINT,
    ink="ink",
    muted="muted",
    line="line",
    surface="surface",
    accent="accent",
    bar="bar",
    amber="amber",
    water="water",
)


class Drawing:
    def __init__(self, chart, **options) -> None:
        self.root = ET.fromstring(chart.draw(NAMED, key="essai", **options))  # noqa: S314

    def all(self, tag: str, **wanted: str) -> list[ET.Element]:
        found = self.root.iter(f"{SVG}{tag}")
        return [
            one for one in found if all(one.get(name.replace("_", "-")) == value for name, value in wanted.items())
        ]

    def texts(self, **wanted: str) -> list[str]:
        return [(one.text or "").strip() for one in self.all("text", **wanted)]

    @property
    def hatched(self) -> list[ET.Element]:
        return [one for one in self.root.iter() if one.get("fill") == "url(#essai-hatch)"]


def places(points: str) -> list[tuple[float, float]]:
    pairs = (pair.split(",") for pair in points.split())
    return [(float(x), float(y)) for x, y in pairs]
