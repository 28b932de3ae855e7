import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
COMMANDS = ["demo", "test", "setup", "serve", "database", "worker", "lock"]
SHELL_FILES = [
    *(f"script/{name}" for name in COMMANDS),
    *sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "script").rglob("*.sh")),
    ".ci/run",
]


def run(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**inherited, "RONDE_VAR": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_secret_key_of_a_site_whose_folder_is_not_there_yet_is_made(tmp_path):
    said = run(
        tmp_path,
        "bash",
        "-c",
        ". script/environment.sh; . script/steps/site.sh; PYTHON=$1; make_secret_key",
        "-",
        sys.executable,
        RONDE_SECRET_KEY="",
    )

    assert (said.returncode, said.stderr) == (0, "")
    assert len((tmp_path / "var" / "secret_key").read_text(encoding="ascii").strip()) > 50


@pytest.mark.parametrize("file", SHELL_FILES)
def test_a_script_is_sound_bash(tmp_path, file):
    answer = run(tmp_path, "bash", "-n", file)
    assert (answer.returncode, answer.stderr) == (0, "")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_executable_and_explains_itself(tmp_path, name):
    answer = run(tmp_path, f"script/{name}", "--help")
    assert answer.returncode == 0, answer.stderr
    assert f"script/{name}" in answer.stdout


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["script/setup", "chateau"], "« chateau » n'est pas un usage connu"),
        (["script/serve", "--port", "huit"], "« huit » n'est pas un numéro de port"),
        (["script/serve", "--port", "70000"], "« 70000 » n'est pas un numéro de port"),
        (["script/serve", "--port"], "« rien » n'est pas un numéro de port"),
        (["script/serve", "--prot", "8001"], "option inconnue : --prot"),
        (["script/demo", "--prot", "8001"], "option inconnue : --prot"),
    ],
)
def test_a_wrong_argument_is_refused_in_french_with_code_2_and_nothing_is_made(tmp_path, command, message):
    answer = run(tmp_path, *command)
    assert answer.returncode == 2
    assert message in answer.stderr
    assert not (tmp_path / "var").exists()


def test_the_worker_refuses_an_hour_that_is_none(tmp_path):
    answer = run(tmp_path, "script/worker", RONDE_PLAN_AT="25:00")
    assert answer.returncode == 2
    assert "« 25:00 »" in answer.stderr


def test_the_worker_refuses_an_option_that_it_does_not_know(tmp_path):
    answer = run(tmp_path, "script/worker", "--tout")
    assert answer.returncode == 2
    assert "option inconnue : --tout" in answer.stderr


def test_the_private_cluster_stands_back_when_a_server_is_named(tmp_path):
    answer = run(tmp_path, "script/database", "start", DATABASE_URL="postgis://someone@elsewhere/ronde")
    assert answer.returncode == 2
    assert "DATABASE_URL désigne un serveur" in answer.stderr


def test_ci_runs_the_command_that_the_readme_names():
    assert "exec script/test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    assert "script/test" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
