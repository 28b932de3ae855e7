import json
import re
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def documented() -> dict[str, tuple[str, str, str]]:
    text = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8")
    return {name: (purpose, replaced, licence) for name, purpose, replaced, licence in ROW.findall(text)}


def declared() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    lines = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        lines += [line for line in group if isinstance(line, str)]
    package = json.loads((REPOSITORY / "frontend" / "package.json").read_text(encoding="utf-8"))
    python = {re.split(r"[\[<>=~ ]", line)[0] for line in lines}
    return python | set(package.get("dependencies", {})) | set(package.get("devDependencies", {}))


def test_every_direct_dependency_has_its_line_and_no_other_has():
    assert set(documented()) == declared()


def test_every_line_says_what_for_and_under_which_licence():
    assert [
        name for name, (purpose, _, licence) in documented().items() if len(purpose) < 5 or len(licence) < 3
    ] == []
