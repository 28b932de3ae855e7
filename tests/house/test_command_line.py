import argparse
import importlib
import inspect
import re

import pytest
from django.core.management import get_commands, load_command_class

from config import french_arguments
from config.command_line import CommandLine, is_ours

ENGLISH = re.compile(r"\b(usage|error|required|invalid|choose|expected|show|help message)\b")
OURS = sorted(name for name, app in get_commands().items() if is_ours(app))


@pytest.fixture
def french(monkeypatch):
    """Argparse as it is under manage.py, for the time of a test."""
    monkeypatch.setattr(argparse, "_", argparse._)
    monkeypatch.setattr(argparse, "ngettext", argparse.ngettext)
    french_arguments.speak_french()


def refusal(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as ended:
        CommandLine(["manage.py", *arguments]).execute()
    assert ended.value.code == 2
    return capsys.readouterr().err


def told(capsys, *arguments: str) -> str:
    CommandLine(["manage.py", *arguments]).execute()
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan_patrols", "--equipes", "A"], "option ou valeur inconnue : --equipes A."),
        (["plan_patrols", "--crews"], "--crews : il faut au moins une valeur après."),
        (["plan_patrols", "--date"], "--date : il faut une valeur après."),
        (["plan_patrols", "--date", "12/08/2026"], "--date : « 12/08/2026 » n'est pas une date"),
        (["plan_patrols", "--se", "7"], "--se est trop court : "),
        (["plan_patrols", "--seconds", "5", "--iterations", "9"], "ne va pas avec --seconds"),
        (["plan_patrols", "--if-none=3"], "cette option ne prend pas de valeur (reçu : 3)."),
        (["plan_patrols", "--iterations", "0"], "« 0 » n'est pas un nombre entier d'au moins 1"),
        (["load_demo_town", "--seed", "sept"], "« sept » n'est pas un nombre entier d'au moins 0"),
        (["load_demo_town", "--scale", "ville"], "« ville » n'est pas un des choix"),
        (["load_demo_town", "--today", "hier"], "« hier » n'est pas une date"),
        (["import_ban"], "il manque : FICHIER."),
        (["import_boundaries", "f"], "donnez l'une de ces options : --communes --sectors."),
        (["import_boundaries", "f", "--sectors", "--from", "1"], "« 1 » n'est pas une date"),
        (["export_plan", "--format", "doc", "--to", "d"], "« doc » n'est pas un des choix"),
        (["export_plan", "--format", "pdf"], "il manque : --to."),
        (["render_map", "plan", "--to", "f", "--plan", "un"], "« un » n'est pas un nombre entier"),
        (["fetch_town", "26362", "--dry-rum"], "option ou valeur inconnue : --dry-rum."),
    ],
)
def test_what_cannot_be_read_is_refused_in_french_with_code_two(french, capsys, arguments, sentence):
    shown = refusal(capsys, *arguments)
    assert sentence in shown
    assert f"Aide : manage.py {arguments[0]} --help" in shown
    assert ENGLISH.findall(shown) == []


def test_a_refusal_of_the_command_itself_is_shown_as_it_is(french, capsys, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    shown = refusal(capsys, "make_demo_town", str(tmp_path / "file" / "town"), "--scale", "small")
    assert shown.startswith("Impossible d'écrire dans ")


def test_a_command_that_is_none_is_refused_with_the_nearest_one(french, capsys):
    assert "Vouliez-vous dire plan_patrols ?" in refusal(capsys, "plan_patrol")


@pytest.mark.parametrize("name", OURS)
def test_the_help_of_a_command_is_in_french_and_only_about_it(french, capsys, name):
    shown = told(capsys, "help", name)
    assert shown.startswith("emploi : manage.py")
    assert "--settings" not in shown
    assert "--skip-checks" not in shown
    assert ENGLISH.findall(shown) == []


@pytest.mark.parametrize("name", OURS)
def test_every_option_of_a_command_says_what_it_does(name):
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    assert [action.dest for action in parser._actions if action.option_strings and not action.help] == []


def test_the_list_of_commands_is_that_of_ronde_each_with_what_it_does(french, capsys):
    listed = dict(line.split(maxsplit=1) for line in told(capsys, "help").splitlines() if line.startswith("  "))
    assert sorted(listed) == OURS
    assert {"import_ban", "load_demo_town", "plan_patrols", "export_plan", "import_boundaries"} <= set(OURS)
    assert "migrate" not in OURS


def test_the_hidden_options_of_django_still_work(french, capsys, tmp_path):
    told(capsys, "make_demo_town", str(tmp_path / "bourg"), "--scale", "small", "--no-color", "--traceback")
    assert (tmp_path / "bourg" / "communes.geojson").is_file()


def test_every_sentence_translated_is_one_that_argparse_says():
    source = inspect.getsource(importlib.import_module("argparse"))
    # What only a later Python has (a colon set apart, for headings) may be there in advance.
    known = set(french_arguments.SENTENCES) - {"%(heading)s:"}
    assert [sentence for sentence in known if repr(sentence)[1:-1] not in source] == []


@pytest.mark.parametrize("sentence", french_arguments.SENTENCES)
def test_a_translation_asks_for_nothing_that_the_sentence_does_not_give(sentence):
    names = re.compile(r"%\((\w+)\)|%([rs])")
    given = {name or "value" for name, _ in names.findall(sentence)}
    asked = {name or "value" for name, _ in names.findall(french_arguments.SENTENCES[sentence])}
    assert asked <= given
