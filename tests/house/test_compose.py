import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
PASSWORD = "secret-of-the-test"


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
    answer = run_config({"RONDE_DB_PASSWORD": PASSWORD})
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


def test_the_site_and_the_database_share_one_password(services):
    assert services["db"]["environment"]["POSTGRES_PASSWORD"] == PASSWORD
    expected = f"postgis://ronde:{PASSWORD}@db/ronde"
    assert [services[name]["environment"]["DATABASE_URL"] for name in ("web", "worker")] == [expected, expected]


def test_without_a_password_compose_refuses_and_says_what_to_write():
    answer = run_config({})
    assert answer.returncode != 0
    assert "écrivez RONDE_DB_PASSWORD=" in answer.stderr
