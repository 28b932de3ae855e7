"""Leaflet as text to put inside a page, from the files that frontend/ builds."""

import base64
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from maps.errors import AssetMissing

LEAFLET = "leaflet"
IMAGE_IN_STYLE = re.compile(r"url\((images/[\w.-]+\.png)\)")
# Internet Explorer's way to draw vectors; it reads as an address to fetch and draws nothing anywhere else.
OLD_BEHAVIOUR = re.compile(r"^\s*behavior:\s*url\([^)]*\);\s*$", re.MULTILINE)


def leaflet_script() -> str:
    """Read Leaflet's script."""
    return _find("leaflet.js").read_text(encoding="utf-8")


def leaflet_style() -> str:
    """Read Leaflet's style sheet with its images inside, so that it asks for no other file."""
    style = _find("leaflet.css").read_text(encoding="utf-8")
    return IMAGE_IN_STYLE.sub(lambda image: f"url({_data_uri(image[1])})", OLD_BEHAVIOUR.sub("", style))


def _data_uri(name: str) -> str:
    return f"data:image/png;base64,{base64.b64encode(_find(name).read_bytes()).decode()}"


def _find(name: str) -> Path:
    found = finders.find(f"{LEAFLET}/{name}")
    if not found:
        raise AssetMissing(f"{LEAFLET}/{name}")
    return Path(found)
