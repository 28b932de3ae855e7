"""Published density in plain SQL: who is shown which figures, and that nobody changes one."""

import psycopg
import pytest

from accounts.person import NOBODY
from accounts.roles import POLICE, Role
from accounts.walls.logins import Login
from maps.models import DensityLedger
from tests.access.in_sql import acting, keys_in, site
from tests.maps.density.publishing import build_published

pytestmark = pytest.mark.django_db

REFUSED = psycopg.errors.InsufficientPrivilege
FIGURES, LEDGER = "maps_densityfigure", "maps_densityledger"


@pytest.fixture
def figures(place, elsewhere):
    build_published(elsewhere.sectors[:2], values=(801, 802, 803))
    DensityLedger.objects.create(commune=place.town.commune, text="{}")
    return build_published(place.sectors[:2], values=(701, 702, 703))


@pytest.mark.parametrize("role", Role)
def test_each_role_is_shown_its_figures_and_no_other(place, figures, role):
    everything = {figure.pk for figure in figures}
    shown = {**dict.fromkeys((*POLICE, Role.CLSPD, Role.DPO), everything), Role.REFERENT: {figures[0].pk}}

    with site(place.person(role)) as cursor:
        assert keys_in(cursor, FIGURES) == shown.get(role, set())


def test_who_is_not_known_is_shown_nothing(figures):
    with site(NOBODY) as cursor:
        assert keys_in(cursor, FIGURES) == set()


@pytest.mark.parametrize("act", [f"UPDATE {FIGURES} SET value = 99", f"DELETE FROM {FIGURES}"])
def test_what_was_published_is_changed_by_nobody(place, figures, act):
    for asked in (site(place.person(Role.MUNICIPAL_POLICE)), acting(Login.WORKER, job="publish_reviews")):
        with asked as cursor, pytest.raises(REFUSED):
            cursor.execute(act)


def test_the_ledger_is_for_the_task_alone(place, figures):
    for role in Role:
        with site(place.person(role)) as cursor, pytest.raises(REFUSED):
            cursor.execute(f"SELECT FROM {LEDGER}")
    with acting(Login.WORKER) as cursor:
        assert cursor.execute(f"SELECT FROM {LEDGER}").fetchall() == []
    with acting(Login.WORKER, job="publish_reviews") as cursor:
        assert len(cursor.execute(f"SELECT FROM {LEDGER}").fetchall()) == 1
