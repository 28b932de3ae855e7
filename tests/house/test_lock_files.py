import json
import re
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LOCKS = sorted((REPOSITORY / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-z0-9][a-z0-9-]*)==(\S+)((?: ; [^\\]+)?) \\$")


def pins_of(name: str) -> set[str]:
    text = (REPOSITORY / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {line for line in text.splitlines() if not line.startswith(" ")}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_file_pins_every_part_with_hashes_and_names_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    parts = re.split(r"\n(?=\S)", text.strip())
    assert all(PIN.match(part.splitlines()[0]) for part in parts)
    assert all("--hash=sha256:" in part for part in parts)
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize(("smaller", "larger"), [("runtime", "demo"), ("demo", "dev")])
def test_the_environment_of_the_tests_holds_that_of_the_demo_at_the_same_versions(smaller, larger):
    assert pins_of(smaller) <= pins_of(larger)


def test_every_direct_dependency_is_locked():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {re.split(r"[\[<>=~ ]", line)[0] for line in project["project"]["dependencies"]}
    locked = {line.split("==")[0] for line in pins_of("runtime")}
    assert wanted <= locked


def test_the_lock_of_the_pages_has_hashes_and_names_no_address():
    lock = json.loads((REPOSITORY / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    parts = {name: part for name, part in lock["packages"].items() if name}
    assert parts
    assert [name for name, part in parts.items() if "resolved" in part] == []
    assert [name for name, part in parts.items() if "integrity" not in part] == []
