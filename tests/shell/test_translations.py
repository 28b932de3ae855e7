"""French is what templates are written in; gettext must find it all, so that another language can follow."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.utils.translation import gettext, override

REPOSITORY = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for folder in REPOSITORY.glob("*/templates")
    for path in folder.rglob("*.html")
    if folder.parent.name != "tests"
)
NOT_READ = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|\{% block body_class %\}.*?\{% endblock %\}|<!doctype html>",
    re.DOTALL,
)
TRANSLATED = re.compile(r"\{%-?\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
MARKED = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')|_\("([^"]+)"\)""")
READ_ALOUD = ("alt", "aria-label", "placeholder", "title")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names that no language changes, and what stands for a letter, a unit or a key.
SAME_EVERYWHERE = re.compile(
    r"\b(?:Ronde|PostgreSQL|OpenStreetMap|ODbL|GeoJSON|GPX|CSV|PDF|JavaScript|WebGL|RONDE_[A-Z]+|script/\w+)\b|"
    r"\.venv/bin/python manage\.py [^\n]*"
)


class VisibleText(HTMLParser):
    """Gathers what is read on screen or aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._silent += tag in {"script", "style"}
        self.found += [value for name, value in attributes if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def unmarked(template: str) -> list[str]:
    reader = VisibleText()
    reader.feed(TAG.sub(" ", TRANSLATED.sub(" ", NOT_READ.sub(" ", template))))
    texts = (SAME_EVERYWHERE.sub(" ", text) for text in reader.found)
    return [" ".join(text.split()) for text in texts if WORD.search(text)]


def marked(template: str) -> list[str]:
    return [double or single or call for double, single, call in MARKED.findall(template)]


MESSAGES = sorted({message for path in TEMPLATES for message in marked(path.read_text(encoding="utf-8"))})


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_visible_string_of_a_template_is_marked_for_translation(path):
    assert unmarked(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("template", "left"),
    [
        ('<p>{% translate "Bonjour" %} {{ name }}, 12 €</p>', []),
        ("<p>Bonjour {{ name }}</p>", ["Bonjour"]),
        ('<a title="Fermer">✕</a>', ["Fermer"]),
        ("{% blocktranslate trimmed %}Deux <b>mots</b>{% endblocktranslate %}", []),
        ("<p>{# un mot #}{% comment %}deux mots{% endcomment %}</p>", []),
        ("<style>p { color: red }</style><script>let x = 1</script>", []),
        ('<p>{% if x %}Oui{% else %}{% translate "Non" %}{% endif %}</p>', ["Oui"]),
    ],
)
def test_the_scanner_finds_what_is_not_marked(template, left):
    assert unmarked(template) == left


def test_what_is_written_is_what_is_shown():
    with override("fr"):
        changed = {message: gettext(message) for message in MESSAGES if gettext(message) != message}

    assert MESSAGES
    assert changed == {}
