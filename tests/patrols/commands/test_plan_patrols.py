import io

import pytest
from django.core.management import CommandError, call_command

from patrols.management.commands import plan_patrols
from patrols.models import Plan
from tests.builders import DAY, build_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings, routing_dir):
    settings.ROUTING_DIR = routing_dir
    return build_town()


def run(*arguments):
    out = io.StringIO()
    call_command("plan_patrols", "--date", DAY.isoformat(), *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_plan_is_saved_and_told_crew_by_crew(town):
    told = run("--iterations", "200")

    assert Plan.objects.get().iterations == 200
    assert "Alpha (voiture)" in told
    assert "Bravo (à pied)" in told
    assert "Tous les passages dus sont dans une tournée." in told


def test_the_plan_is_published_unless_a_draft_is_asked_for(town):
    run("--iterations", "50")
    run("--iterations", "50", "--draft")

    assert [plan.version for plan in Plan.objects.order_by("number")] == [1, None]


def test_homes_left_out_are_told_with_their_reason(town):
    for crew in town.crews:
        crew.excluded_absences.add(town.absences[0])

    told = run("--iterations", "50")

    assert str(town.absences[0].reference)[:8] in told


def test_no_address_is_printed(town):
    told = run("--iterations", "50")

    assert not any(address.street_name in told for address in town.addresses)


def test_seconds_stop_the_search_and_the_iterations_are_kept(town):
    run("--seconds", "0.2")

    assert Plan.objects.get().iterations > 0


def test_a_day_that_has_a_plan_keeps_it_when_asked_to(town):
    run("--if-none", "--iterations", "50")

    told = run("--if-none", "--iterations", "50")

    assert Plan.objects.get().number == 1
    assert "Ce jour a déjà un plan" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--crews", "Charlie"], "Pas de vacation ce jour pour : Charlie"),
        (["--commune", "01001"], "La commune 01001 n'est pas dans la base"),
    ],
)
def test_bad_input_is_refused_in_words_with_exit_code_two(town, arguments, message):
    with pytest.raises(CommandError, match=message) as refused:
        run(*arguments)

    assert refused.value.returncode == 2
    assert not Plan.objects.exists()


def test_a_wrong_date_is_refused_in_words(town):
    with pytest.raises(CommandError, match="n'est pas une date"):
        call_command("plan_patrols", "--date", "12/08/2026")


def test_a_day_without_shifts_is_refused(town):
    with pytest.raises(CommandError, match="Aucune vacation n'est prévue le 01/01/2026"):
        call_command("plan_patrols", "--date", "2026-01-01", stderr=io.StringIO())


@pytest.mark.parametrize("option", ["--iterations=-1", "--iterations=beaucoup", "--seed=-1", "--seed=1,5"])
def test_a_number_that_is_none_is_refused_in_words(town, option):
    with pytest.raises(CommandError, match="n'est pas un nombre entier d'au moins"):
        run(option)

    assert not Plan.objects.exists()


def test_compiling_does_not_eat_the_time_of_the_search(town, monkeypatch):
    order = []
    plan_day = plan_patrols.plan_day
    monkeypatch.setattr(plan_patrols, "compile_search", lambda: order.append("compiled"))
    monkeypatch.setattr(plan_patrols, "plan_day", lambda *a, **k: order.append("searched") or plan_day(*a, **k))

    run("--iterations", "50")

    assert order == ["compiled", "searched"]


def test_a_count_over_a_thousand_is_written_as_a_french_reader_does(town):
    assert "1\u00a0200\u00a0itérations" in run("--iterations", "1200")


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        ("-1", "doit être positive"),
        ("0", "doit être positive"),
        ("nan", "doit être positive"),
        ("vite", "n'est pas un nombre de secondes"),
    ],
)
def test_a_search_without_time_is_refused_in_words(town, seconds, message):
    with pytest.raises(CommandError, match=message):
        run(f"--seconds={seconds}")

    assert not Plan.objects.exists()
