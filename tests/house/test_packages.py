"""What would be installed on systems that are not this one: their answers are played by functions and links."""

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SYSTEMS = {
    "debian 12": 'ID=debian\nVERSION_ID="12"\n',
    "debian 13": 'ID=debian\nVERSION_ID="13"\n',
    "debian in preparation": "ID=debian\n",
    "ubuntu 24.04": 'ID=ubuntu\nVERSION_ID="24.04"\n',
    "ubuntu 22.04": 'ID=ubuntu\nVERSION_ID="22.04"\n',
    "fedora": "ID=fedora\nVERSION_ID=42\n",
}
# What `apt-cache search` answers on each: the shared library changed its name with the 64-bit time.
GDAL = {"debian 12": "libgdal32", "debian 13": "libgdal36", "ubuntu 24.04": "libgdal34t64"}
POSTGRESQL = {"debian 12": 15, "debian 13": 17, "ubuntu 24.04": 16}
HIDDEN = ("chromium", "google-chrome", "snap", "docker", "pdftotext")
SNAP_STUB = (
    '#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo "run: snap install chromium" >&2\n  exit 1\nfi\n'
)
DEBIAN_LAUNCHER = "#!/bin/sh\nexec /usr/lib/chromium/chromium\n"


@pytest.fixture(scope="module")
def tools(tmp_path_factory) -> Path:
    """A folder for PATH with this machine's ordinary programs, and none that the packages would bring."""
    folder = tmp_path_factory.mktemp("tools")
    for program in Path("/usr/bin").iterdir():
        if not program.name.startswith(HIDDEN):
            (folder / program.name).symlink_to(program)
    return folder


@pytest.fixture
def ask(tmp_path, tools):
    """Run a line of bash in the set-up's functions, as a bare machine of that system would."""

    def run(line: str, system: str, **more: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "os-release").write_text(SYSTEMS[system], encoding="utf-8")
        (tmp_path / "bin").mkdir(exist_ok=True)
        script = f"""
            . script/environment.sh
            for step in packages python browser; do . script/steps/$step.sh; done
            OS_RELEASE={tmp_path}/os-release
            dpkg-query() {{ return 1; }}
            ldconfig() {{ :; }}
            find_python() {{ return 1; }}
            installed_postgresql() {{ :; }}
            apt-cache() {{
              case $1 in
                depends) echo "  Depends: postgresql-{POSTGRESQL.get(system)}" ;;
                search) printf '%s - Geospatial Data Abstraction Library\\n' {GDAL.get(system)} ;;
              esac
            }}
            {line}
        """
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return subprocess.run(
            ["/bin/bash", "-c", script],
            cwd=REPOSITORY,
            env={**inherited, "RONDE_VAR": str(tmp_path / "var"), "PATH": f"{tmp_path}/bin:{tools}", **more},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def packages(answer: subprocess.CompletedProcess[str]) -> list[str]:
    assert answer.returncode == 0, answer.stderr
    return [line.partition("|")[0] for line in answer.stdout.splitlines()]


@pytest.mark.parametrize(
    ("system", "is_known"),
    [
        ("debian 12", True),
        ("debian 13", True),
        ("debian in preparation", True),
        ("ubuntu 24.04", True),
        ("ubuntu 22.04", False),
        ("fedora", False),
    ],
)
def test_the_systems_that_ronde_installs_itself_on(ask, system, is_known):
    assert (ask("known_system", system).returncode == 0) == is_known


@pytest.mark.parametrize(("system", "version"), POSTGRESQL.items())
def test_a_bare_machine_gets_the_database_of_its_system_and_the_fonts(ask, system, version):
    names = packages(ask("missing_packages demo", system))
    assert names[:4] == ["python3", "python3-venv", f"postgresql-{version}", f"postgresql-{version}-postgis-3"]
    # The same names on the three systems; PostGIS brings GDAL.
    assert {"libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core"} <= set(names)
    assert not {"chromium-headless-shell", "docker-compose"} & set(names)


@pytest.mark.parametrize(("system", "name"), GDAL.items())
def test_with_a_database_elsewhere_the_geographic_library_is_asked_for_by_the_name_it_has_there(ask, system, name):
    names = packages(ask("missing_packages demo", system, DATABASE_URL="postgis://ronde@server/ronde"))
    assert name in names
    assert not [each for each in names if each.startswith("postgresql")]


def test_what_is_installed_is_not_asked_for_again(ask):
    assert packages(ask("dpkg-query() { echo installed; }; missing_packages demo", "debian 13")) == []


@pytest.mark.parametrize(
    ("system", "is_packaged"), [("debian 12", True), ("debian 13", True), ("ubuntu 24.04", False)]
)
def test_the_tests_take_the_browser_of_the_system_where_that_is_one(ask, system, is_packaged):
    names = packages(ask("missing_packages test", system))
    assert ("chromium-headless-shell" in names) == is_packaged
    assert {"poppler-utils", "docker-compose"} <= set(names)


@pytest.mark.parametrize(
    ("name", "text", "is_usable"),
    [
        ("chromium", DEBIAN_LAUNCHER, True),
        ("chromium-headless-shell", DEBIAN_LAUNCHER, True),
        ("google-chrome", DEBIAN_LAUNCHER, True),
        ("chromium", SNAP_STUB, False),
        ("chromium-browser", SNAP_STUB, False),
    ],
)
def test_a_stub_for_a_snap_is_not_taken_for_a_browser(ask, tmp_path, name, text, is_usable):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
    (tmp_path / "bin" / name).chmod(0o755)
    answer = ask("find_browser", "ubuntu 24.04")
    assert answer.stdout.strip() == (str(tmp_path / "bin" / name) if is_usable else "")
    assert (answer.returncode == 0) == is_usable


# Stands for Playwright: fetches a "browser" that needs nothing, or fails.
PLAYWRIGHT = """#!/bin/bash
echo "$*" >>"$RONDE_VAR/calls"
[ "$1" != install ] || install -D /bin/true "$PLAYWRIGHT_BROWSERS_PATH/chromium-1/chrome-linux64/chrome"
"""


def install_browser(ask, tmp_path: Path, system: str, playwright: str, after: str = ""):
    program = tmp_path / "venv" / "bin" / "playwright"
    program.parent.mkdir(parents=True)
    program.write_text(playwright, encoding="utf-8")
    program.chmod(0o755)
    (tmp_path / "var").mkdir()
    return ask(f"VENV={tmp_path}/venv; install_browser; {after}", system)


def test_on_ubuntu_the_browser_comes_from_playwright_and_is_then_found(ask, tmp_path):
    answer = install_browser(ask, tmp_path, "ubuntu 24.04", PLAYWRIGHT, "find_browser; install_browser")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == str(tmp_path / "var/tools/browser/bin/chromium")
    assert "que les essais ne peuvent pas piloter" in answer.stderr
    # A second time there is nothing to fetch.
    assert (tmp_path / "var/calls").read_text(encoding="utf-8") == "install --no-shell chromium\n"


def test_a_browser_that_cannot_be_fetched_is_told_in_french_with_what_to_do(ask, tmp_path):
    failing = "#!/bin/sh\necho ENOTFOUND >&2\nexit 1\n"
    answer = install_browser(ask, tmp_path, "ubuntu 24.04", failing)
    assert answer.returncode == 2
    assert "cdn.playwright.dev, ou installez Google Chrome" in answer.stderr
    assert "ENOTFOUND" in answer.stderr
