"""What Python code writes on a page is marked for gettext, as templates are; see test_translations.py for these.

Not looked at: commands and the server's log, which speak to whoever runs the server; errors whose docstring is the
message; what the models declare for the register, which is a document of a French commune.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
ROOMS = (
    "accounts/adapters.py",
    "accounts/audit/wording.py",
    "accounts/forms/*.py",
    "accounts/presentation/*.py",
    "accounts/roles.py",
    "accounts/services/journal.py",
    "accounts/services/sessions.py",
    "accounts/views/*.py",
    "config/desk/*.py",
    "config/home/*.py",
    "config/failures.py",
    "config/navigation.py",
    "config/pages.py",
    "config/shell.py",
)
FILES = sorted({path for room in ROOMS for path in REPOSITORY.glob(room)})
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
LOGS = {"debug", "info", "warning", "error", "exception"}
# A sentence or a phrase has a space and, in French, an accent or one of its small words before long.
FRENCH = re.compile(
    r"[àâçéèêëîïôùûœ«»]|\b(?:d'|l'|n'|qu'|le|la|les|un|une|des|du|au|est|pas|ne|pour|dans|sur)\b", re.IGNORECASE
)


def unmarked(code: str) -> list[str]:
    tree = ast.parse(code)
    left_out = {id(part) for node in ast.walk(tree) for part in _left_out(node)}
    words = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return [word.value for word in words if id(word) not in left_out and _is_french(word.value)]


def _is_french(text: str) -> bool:
    return " " in text.strip() and FRENCH.search(text) is not None


def _left_out(node: ast.AST) -> Iterator[ast.AST]:
    """Whatever stands in a mark or in a call of the log, and docstrings."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", "")
        is_log = getattr(getattr(node.func, "value", None), "id", "") == "logger"
        if name in MARKS or (is_log and getattr(node.func, "attr", "") in LOGS):
            yield from ast.walk(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_phrase_that_python_writes_on_a_page_is_marked(path):
    assert unmarked(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ('x = _("Aucun rôle ici")', []),
        ('x = "Aucun rôle ici"', ["Aucun rôle ici"]),
        ('x = ngettext("%(n)s jour de là", "%(n)s jours de là", n)', []),
        ('"""Rôles et états, dits ici."""\nx = 1', []),
        ('messages.error(request, "Rien n\'est fait")', ["Rien n'est fait"]),
        ('logger.error("Les clés ne se lisent pas : %s", error)', []),
        ('x = f"Né le {day} à midi"', ["Né le ", " à midi"]),
        ('x = "account.roles"', []),
        ('x = "SELECT kind FROM walls.second_factors(%s)"', []),
    ],
)
def test_the_scanner_of_code_finds_what_is_not_marked(code, left):
    assert unmarked(code) == left
