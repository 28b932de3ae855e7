import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORDS = {
    name: f"{name.lower()}-of-the-test"
    for name in (
        "RONDE_DB_SERVER_PASSWORD",
        "RONDE_DB_PASSWORD",
        "RONDE_DB_WEB_PASSWORD",
        "RONDE_DB_AGGREGATES_PASSWORD",
        "RONDE_DB_WORKER_PASSWORD",
    )
}


def compose_command() -> list[str]:
    plugin = ["docker", "compose"]
    if (
        shutil.which("docker")
        and subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode == 0
    ):
        return plugin
    assert shutil.which("docker-compose"), "docker-compose is missing; script/test installs it"
    return ["docker-compose"]


def run_config(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("RONDE_")}
    return subprocess.run(
        [*compose_command(), "-f", "docker-compose.yml", "config"],
        cwd=REPOSITORY,
        env={**bare, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> dict:
    answer = run_config(PASSWORDS)
    assert answer.returncode == 0, answer.stderr
    return yaml.safe_load(answer.stdout)["services"]


def test_there_are_a_database_a_site_and_a_worker(services):
    assert set(services) == {"db", "web", "worker"}


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_service_starts_by_a_script_of_the_project(services, name):
    (command,) = services[name]["command"]
    script = REPOSITORY / command
    assert script.is_file()
    assert os.access(script, os.X_OK)


def test_the_site_starts_by_the_same_script_in_a_container_and_on_a_plain_machine(services):
    assert services["web"]["command"] == ["script/serve"]
    assert 'CMD ["script/serve"]' in (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    demo = (REPOSITORY / "script" / "demo").read_text(encoding="utf-8")
    assert 'script/serve --demo "$@"' in demo


def test_the_image_is_set_up_by_the_same_script_as_a_plain_machine():
    dockerfile = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    assert "RUN script/setup demo" in dockerfile
    assert "script/setup demo" in (REPOSITORY / "script" / "demo").read_text(encoding="utf-8")


def test_what_the_image_leaves_out_is_not_what_its_scripts_need():
    left_out = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").split()
    needed = {"script", "requirements", "frontend", "config", "manage.py", "patrols", "fixtures", "pyproject.toml"}
    assert needed.isdisjoint(left_out)


def test_only_the_site_is_published_and_only_on_this_machine():
    declared = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    published = {name: service["ports"] for name, service in declared.items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"]}


@pytest.mark.parametrize(
    ("service", "variable", "login", "password"),
    [
        ("web", "DATABASE_URL", "ronde", "RONDE_DB_PASSWORD"),
        ("web", "DATABASE_URL_WEB", "ronde_web", "RONDE_DB_WEB_PASSWORD"),
        ("web", "DATABASE_URL_AGGREGATES", "ronde_aggregates", "RONDE_DB_AGGREGATES_PASSWORD"),
        ("worker", "DATABASE_URL_WORKER", "ronde_worker", "RONDE_DB_WORKER_PASSWORD"),
    ],
)
def test_each_login_has_a_password_of_its_own_on_both_sides(services, service, variable, login, password):
    assert services["db"]["environment"][password] == PASSWORDS[password]
    assert services[service]["environment"][variable] == f"postgis://{login}:{PASSWORDS[password]}@db/ronde"


def test_ronde_is_never_the_account_of_the_database_server(services):
    told = {value for name in ("web", "worker") for value in services[name]["environment"].values()}
    assert not any(PASSWORDS["RONDE_DB_SERVER_PASSWORD"] in str(value) for value in told)


def test_the_worker_is_not_told_what_changes_tables(services):
    assert "DATABASE_URL" not in services["worker"]["environment"]


@pytest.mark.parametrize("name", PASSWORDS)
def test_without_a_password_compose_refuses_and_says_what_to_write(name):
    answer = run_config({other: password for other, password in PASSWORDS.items() if other != name})
    assert answer.returncode != 0
    assert f"écrivez {name}=" in answer.stderr
