"""A machine whose Pythons are all too old: what is asked of uv, and what is said when that fails."""

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
UV = """#!/bin/bash
echo "$*" >>"$RONDE_VAR/calls"
"""


@pytest.fixture
def prepare(tmp_path):
    """Run a line of bash in the Python step, with no suitable Python and the given program in the place of uv."""
    (tmp_path / "var").mkdir()

    def run(line: str, uv: str = UV, **more: str) -> subprocess.CompletedProcess[str]:
        program = tmp_path / "uv"
        program.write_text(uv, encoding="utf-8")
        program.chmod(0o755)
        script = f"""
            . script/environment.sh
            . script/steps/python.sh
            VENV={tmp_path}/venv PYTHON={tmp_path}/venv/bin/python UV={program}
            find_python() {{ return 1; }}
            {line}
        """
        return subprocess.run(
            ["/bin/bash", "-c", script],
            cwd=REPOSITORY,
            env={**os.environ, "RONDE_VAR": str(tmp_path / "var"), **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run


def calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "var" / "calls").read_text(encoding="utf-8").splitlines()


def test_a_python_is_fetched_by_uv_and_the_environment_made_with_it(prepare, tmp_path):
    answer = prepare("make_venv")
    assert answer.returncode == 0, answer.stderr
    assert "uv va chercher la version 3.13" in answer.stderr
    assert calls(tmp_path) == ["python install 3.13", f"venv --clear --seed --python 3.13 {tmp_path}/venv"]


def test_a_python_that_cannot_be_fetched_is_told_in_french_with_what_to_do(prepare):
    answer = prepare("make_venv", uv="#!/bin/sh\necho 'error: dns error' >&2\nexit 1\n")
    assert answer.returncode == 2
    assert "Ouvrez l'accès à github.com, donnez un miroir (UV_PYTHON_INSTALL_MIRROR)" in answer.stderr
    assert "dns error" in answer.stderr


def test_an_environment_that_cannot_be_made_does_not_blame_the_download(prepare):
    answer = prepare("make_venv", uv='#!/bin/sh\n[ "$1" = python ] || exit 1\n')
    assert answer.returncode == 2
    assert "venv" in answer.stderr
    assert "github.com" not in answer.stderr.partition("Impossible")[2]


def test_the_real_uv_told_of_a_mirror_that_is_away_ends_with_the_same_advice(prepare, tmp_path):
    real = next(iter(sorted(REPOSITORY.glob("var/tools/uv/bin/uv"))), None)
    if real is None:
        pytest.skip("uv is not there: script/setup installs it when it makes the environment")
    # Nothing listens on port 9 of this machine; no retry, no cache, no Python of this machine.
    answer = prepare(
        f"UV={real}; make_venv",
        UV_PYTHON_INSTALL_MIRROR="http://127.0.0.1:9",
        UV_PYTHON_INSTALL_DIR=str(tmp_path / "pythons"),
        UV_CACHE_DIR=str(tmp_path / "cache"),
        UV_HTTP_RETRIES="0",
    )
    assert answer.returncode == 2
    assert "Impossible de continuer" in answer.stderr
    assert "UV_PYTHON_INSTALL_MIRROR" in answer.stderr


def test_without_any_python_at_all_the_packages_to_install_are_named(prepare):
    answer = prepare('command() { [ "$2" != python3 ] || return 1; builtin command "$@"; }; install_uv')
    assert answer.returncode == 2
    assert "Installez python3 et python3-venv." in answer.stderr


def test_uv_that_cannot_be_installed_is_told_in_french_with_what_to_do(prepare, tmp_path):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\nmkdir -p "$3/bin"\nln -sf /bin/false "$3/bin/python"\n', encoding="utf-8")
    old.chmod(0o755)
    answer = prepare("install_uv", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert answer.returncode == 2
    assert "Derrière un miroir de paquets Python, donnez son adresse par PIP_INDEX_URL" in answer.stderr
