import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")),
    reason="no PostgreSQL server with PostGIS on this machine: DATABASE_URL names another",
)


class Cluster:
    def __init__(self, var: Path) -> None:
        self.var = var

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "RONDE_"))
        }
        return subprocess.run(
            ["script/database", *arguments],
            cwd=REPOSITORY,
            env={**inherited, "RONDE_VAR": str(self.var)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def run_bytes(self, action: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "RONDE_"))
        }
        return subprocess.run(
            ["script/database", action],
            cwd=REPOSITORY,
            env={**inherited, "RONDE_VAR": str(self.var)},
            input=given,
            capture_output=True,
            check=True,
            timeout=120,
        )

    def ask(self, sql: str, *, login: str = "ronde") -> str:
        answer = self.run("psql", "-XAt", "-U", login, "-c", sql)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()

    @property
    def folder(self) -> Path:
        return (self.var / "postgres").resolve()

    @property
    def pid(self) -> int:
        return int((self.folder / "data" / "postmaster.pid").read_text(encoding="ascii").splitlines()[0])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("house") / "var")
    started = cluster.run("start")
    assert started.returncode == 0, started.stderr
    yield cluster
    cluster.run("stop")
    # Beside the folder, where the server's account could not enter it.
    shutil.rmtree(cluster.folder, ignore_errors=True)


def test_the_role_of_ronde_makes_databases_but_is_not_superuser(cluster):
    assert cluster.ask("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == "f|t"
    assert cluster.ask("SELECT current_user, current_database()") == "ronde|ronde"


def test_each_kind_of_process_has_a_login_that_cannot_rise_above_the_walls(cluster):
    rows = cluster.ask(
        "SELECT rolname, rolcanlogin, rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
        " WHERE rolname LIKE 'ronde%' ORDER BY rolname"
    )
    assert rows.splitlines() == ["ronde|t|f", "ronde_aggregates|t|f", "ronde_web|t|f", "ronde_worker|t|f"]
    assert cluster.ask("SELECT current_user", login="ronde_web") == "ronde_web"


def test_a_cluster_made_before_there_were_several_logins_takes_them_up_while_it_runs(cluster):
    accounts = cluster.folder / "data" / "pg_ident.conf"
    accounts.write_text('ronde "root" ronde\n', encoding="ascii")
    (cluster.folder / "data" / "ronde-walls").unlink()
    assert cluster.run("start").returncode == 0
    assert "ronde_aggregates" in accounts.read_text(encoding="ascii")
    assert cluster.ask("SELECT current_user", login="ronde_aggregates") == "ronde_aggregates"


def test_what_is_saved_and_restored_is_also_what_the_walls_hide(cluster):
    cluster.ask(
        "CREATE TABLE walled AS SELECT 7 AS answer;"
        "ALTER TABLE walled ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
        "CREATE POLICY for_a_job ON walled USING (current_setting('ronde.job', true) <> '')"
    )
    saved = cluster.run_bytes("save")
    cluster.ask("DROP TABLE walled")

    assert cluster.run_bytes("restore", given=saved.stdout).returncode == 0
    assert cluster.ask("SELECT count(*) FROM walled") == "0"
    assert cluster.ask("SET ronde.job = 'test'; SELECT answer FROM walled").splitlines() == ["SET", "7"]


def test_what_another_server_needs_is_written_without_one(cluster):
    written = cluster.run("roles")
    assert written.returncode == 0
    assert "GRANT ronde_web, ronde_aggregates, ronde_worker TO ronde;" in written.stdout


def test_a_new_database_has_the_extensions_that_the_migrations_need(cluster):
    wanted = "SELECT count(*) FROM pg_extension WHERE extname IN ('postgis', 'btree_gist')"
    assert cluster.ask(wanted) == "2"


def test_nothing_listens_on_the_network_and_nobody_is_trusted(cluster):
    assert cluster.ask("SHOW listen_addresses") == ""
    rules = [
        line for line in (cluster.folder / "data" / "pg_hba.conf").read_text(encoding="utf-8").splitlines() if line
    ]
    assert rules == ["local all all peer map=ronde"]
    assert cluster.folder.stat().st_mode & 0o077 == 0


def test_the_log_does_not_repeat_the_values_of_a_statement(cluster):
    twice = (
        "CREATE TEMPORARY TABLE homes (street text UNIQUE); INSERT INTO homes SELECT 'rue des Invisibles' FROM "
    )
    for statement in ("SELECT 'rue des Invisibles'::int", twice + "FROM generate_series(1, 2)"):
        answer = cluster.run("psql", "-X", "-c", statement)
        assert "rue des Invisibles" in answer.stderr
    logs = "".join(path.read_text(encoding="utf-8") for path in (cluster.folder / "log").iterdir())
    assert "database system is ready" in logs
    assert "Invisibles" not in logs


def test_names_are_sorted_as_in_french(cluster):
    # By code point É would come after Z.
    assert cluster.ask("SELECT string_agg(s, ' ' ORDER BY s) FROM unnest(ARRAY['Zola', 'Étoile', 'Foch']) s") == (
        "Étoile Foch Zola"
    )


def test_a_second_start_leaves_the_server_as_it_is(cluster):
    before = cluster.pid
    assert cluster.run("start").returncode == 0
    assert cluster.pid == before


def test_a_server_killed_outright_starts_again_with_its_data(cluster):
    cluster.ask("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(cluster.pid, signal.SIGKILL)
    assert cluster.run("start").returncode == 0
    assert cluster.ask("SELECT answer FROM kept") == "42"


def test_a_pid_file_whose_pid_now_belongs_to_another_program_does_not_prevent_a_start(cluster):
    killed = cluster.pid
    os.kill(killed, signal.SIGKILL)
    pid_file = cluster.folder / "data" / "postmaster.pid"
    pid_file.write_text(
        pid_file.read_text(encoding="ascii").replace(str(killed), str(os.getpid()), 1), encoding="ascii"
    )
    assert cluster.run("start").returncode == 0
    assert cluster.ask("SELECT 1") == "1"


def test_a_server_that_lost_its_socket_is_started_again(cluster):
    before = cluster.pid
    (cluster.folder / "socket" / ".s.PGSQL.5432").unlink()
    assert cluster.run("start").returncode == 0
    assert cluster.pid != before
    assert cluster.ask("SELECT 1") == "1"


def test_a_folder_erased_under_a_running_server_is_made_anew_and_the_old_server_ended(cluster):
    before = cluster.pid
    shutil.rmtree(cluster.folder / "data")
    assert cluster.run("start").returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert cluster.ask("SELECT current_user") == "ronde"


def test_stop_and_status_say_how_it_stands(cluster):
    assert cluster.run("status").returncode == 0
    assert cluster.run("stop").returncode == 0
    assert cluster.run("status").returncode == 3
    assert cluster.run("psql").returncode == 2
    assert cluster.run("start").returncode == 0


def test_data_of_a_version_that_is_gone_are_refused_with_what_to_do(tmp_path):
    data = tmp_path / "var" / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n", encoding="ascii")
    answer = Cluster(tmp_path / "var").run("start")
    assert answer.returncode == 2
    assert "créée par PostgreSQL 9" in answer.stderr
    assert "pg_dump" in answer.stderr


def test_a_path_longer_than_a_socket_name_may_be_is_shortened(tmp_path):
    deep = Cluster(tmp_path / ("profond" * 15) / "var")
    started = deep.run("start")
    socket = (deep.folder / "socket").resolve()
    try:
        assert started.returncode == 0, started.stderr
        assert len(str(socket)) < 90
        assert deep.ask("SELECT 1") == "1"
    finally:
        deep.run("stop")
        shutil.rmtree(deep.folder, ignore_errors=True)
        shutil.rmtree(socket, ignore_errors=True)
