"""The page around a folium map: one file, with a policy that forbids it to ask anybody for anything."""

import base64
import hashlib
from pathlib import Path

from branca.element import Figure
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from maps.folium_map.assets import leaflet_script, leaflet_style

DRAWING_SCRIPT = (Path(__file__).parent / "drawing.js").read_text(encoding="utf-8")


class StandalonePage(Figure):
    """A folium figure written by our own template, with its text and tables around the map.

    Scripts and styles are named in the page's policy by their fingerprints: should a street's name ever slip
    through as markup, the browser still would not run it.
    """

    def __init__(self, template: str, context: dict[str, object]) -> None:
        """Make a page from a template that extends ``maps/standalone_page.html``, and what it says."""
        super().__init__()
        self._page_template = template
        self._context = context

    def render(self, **kwargs: object) -> str:
        """Render the whole page, in the order that folium needs: elements first, then what they left behind."""
        for element in list(self._children.values()):
            element.render(**kwargs)
        page_style = render_to_string("maps/standalone_map.css", self._context)
        scripts = [leaflet_script(), DRAWING_SCRIPT, self.script.render(**kwargs)]
        styles = [leaflet_style(), page_style]
        return render_to_string(
            self._page_template,
            {
                **self._context,
                "policy": content_policy(scripts, styles),
                "scripts": [_as_is(script) for script in scripts],
                "styles": [_as_is(style) for style in styles],
                "map": _as_is(self.html.render(**kwargs)),
            },
        )


def content_policy(scripts: list[str], styles: list[str]) -> str:
    """Write the policy that lets these scripts and styles in, images inside the file, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_fingerprint, scripts))}",
            f"style-src {' '.join(map(_fingerprint, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _fingerprint(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _as_is(text: str) -> str:
    # Our own files and folium's output, where every datum went through tojson: escaping would break the scripts.
    return mark_safe(text)  # noqa: S308
