"""The guide of ``docs/guide`` as pages of the site, so that help is one link away and never a version behind."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from maps.errors import UnknownGuidePage

FOLDER = Path(settings.BASE_DIR) / "docs" / "guide"
# In the order in which one reads them.
PAGES = (
    "premiers-pas",
    "compte",
    "logements",
    "declarer",
    "plan-du-jour",
    "sorties",
    "logiciels-de-cartographie",
    "passages",
    "messages",
    "signalements",
    "densite",
    "veille",
    "perimetres",
    "equipage",
    "secteurs",
    "limites",
    "bilan",
    "importer-une-commune",
    "comptes",
    "journal",
    "cles",
)
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, kw_only=True)
class GuidePage:
    """One page: its name in the address, its title, and its text as HTML."""

    name: str
    title: str
    text: SafeString


@cache
def read_guide_page(name: str) -> GuidePage:
    """Read a page of the guide.

    Raises
    ------
    UnknownGuidePage
        When the guide has no page of that name.
    """
    if name not in PAGES:
        raise UnknownGuidePage(name)
    tokens = MARKDOWN.parse((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    title = tokens[1].content
    # The page's own template writes the title.
    body = tokens[3:]
    _name_headings(body)
    _make_tables_scroll(body)
    for token in body:
        _lead_links_to_the_site(token.children or [])
    # Our own files, rendered without raw HTML.
    return GuidePage(name=name, title=title, text=mark_safe(MARKDOWN.renderer.render(body, MARKDOWN.options, {})))  # noqa: S308


def _name_headings(tokens: list[Token]) -> None:
    """Give each heading an identifier to link to: « 2. Lire le plan » is ``lire-le-plan``."""
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", slugify(words.content).lstrip("0123456789-"))


def _make_tables_scroll(tokens: list[Token]) -> None:
    """Let a wide table or command scroll inside the page, from the keyboard too."""
    for token in tokens:
        if token.type in ("fence", "table_open"):
            token.attrSet("tabindex", "0")


def _lead_links_to_the_site(tokens: list[Token]) -> None:
    for token in tokens:
        name = str(token.attrGet("href") or "").removesuffix(".md")
        if name in PAGES:
            token.attrSet("href", reverse("maps:guide", args=[name]))
