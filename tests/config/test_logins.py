import pytest

from accounts.walls.logins import Login
from config import logins

PRIVATE = "postgis://ronde@%2Fsocket/ronde"


@pytest.fixture
def work(monkeypatch):
    """Say what the process is; afterwards it is again what it was."""
    monkeypatch.setattr(logins, "_work", logins.Work())
    return logins


def databases(**environment: str) -> dict:
    return logins.read_databases(environment, private_cluster=PRIVATE)


def test_a_process_that_says_nothing_is_the_site(work):
    assert databases()["default"]["USER"] == "ronde_web"
    assert "options" not in databases()["default"]["OPTIONS"]


def test_the_pages_of_figures_have_a_connection_of_their_own(work):
    assert databases()["aggregates"]["USER"] == "ronde_aggregates"
    assert databases()["aggregates"]["HOST"] == "/socket"


@pytest.mark.parametrize("command", ["migrate", "makemigrations", "flush", "showmigrations"])
def test_what_changes_tables_is_the_owner(work, command):
    logins.work_as_command(["manage.py", command])

    assert databases()["default"]["USER"] == "ronde"
    assert databases()["default"]["OPTIONS"]["options"] == f"-c ronde.job=command:{command}"


def test_any_other_command_is_a_job_of_the_worker(work):
    logins.work_as_command(["manage.py", "plan_patrols", "--date", "2026-08-12"])

    assert databases()["default"]["USER"] == "ronde_worker"
    assert databases()["default"]["OPTIONS"]["options"] == "-c ronde.job=command:plan_patrols"


def test_no_command_at_all_shows_the_help(work):
    logins.work_as_command(["manage.py"])

    assert databases()["default"]["OPTIONS"]["options"] == "-c ronde.job=command:help"


@pytest.mark.parametrize("typed", ["plan patrols", "x -c row_security=off", "--help", "É", ""])
def test_what_is_typed_instead_of_a_command_does_not_reach_the_server(work, typed):
    logins.work_as_command(["manage.py", typed])

    assert databases()["default"]["OPTIONS"]["options"] == "-c ronde.job=command:help"


def test_the_name_of_the_login_takes_the_place_of_the_owners(work):
    url = "postgis://ville:p%40ss@serveur:5433/ronde?sslmode=require"

    database = databases(DATABASE_URL=url)["default"]

    assert (database["USER"], database["PASSWORD"]) == ("ronde_web", "p@ss")
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("serveur", 5433, "ronde")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_an_address_without_a_user_is_given_one(work):
    assert databases(DATABASE_URL="postgis:///ronde")["default"]["USER"] == "ronde_web"


def test_a_login_may_have_an_address_of_its_own(work):
    own = {"DATABASE_URL": "postgis://o:1@a/ronde", "DATABASE_URL_WEB": "postgis://w:2@b/ronde"}

    assert (databases(**own)["default"]["USER"], databases(**own)["default"]["HOST"]) == ("w", "b")
    assert databases(**own)["aggregates"]["USER"] == "ronde_aggregates"


def test_the_owner_keeps_the_name_that_its_address_gives(work):
    logins.work_as(Login.OWNER, job="command:migrate")

    assert databases(DATABASE_URL="postgis://ville@serveur/ronde")["default"]["USER"] == "ville"


def test_what_the_address_asks_of_the_server_is_kept_beside_the_job(work):
    logins.work_as(Login.WORKER, job="command:x")

    database = databases(DATABASE_URL="postgis:///ronde?options=-c%20statement_timeout%3D5000")["default"]

    assert database["OPTIONS"]["options"] == "-c statement_timeout=5000 -c ronde.job=command:x"


def test_the_site_forgets_who_asked_and_a_job_has_no_pool(work):
    assert databases()["default"]["OPTIONS"]["pool"]["reset"] is logins.forget_who_asked
    logins.work_as(Login.WORKER, job="command:x")
    assert "pool" not in databases()["default"]["OPTIONS"]
