import pytest

from absences.models import Absence
from accounts.scope import as_job
from accounts.walls.logins import Login
from tests.access.in_sql import acting, site

pytestmark = pytest.mark.django_db


@as_job("purge")
def count_homes() -> int:
    return Absence.objects.count()


@as_job("purge")
def fail() -> None:
    raise ArithmeticError


def test_a_job_sees_every_home_while_it_works_and_none_afterwards(place):
    with acting(Login.WORKER):
        assert Absence.objects.count() == 0
        assert count_homes() == 4
        assert Absence.objects.count() == 0


def test_a_job_within_another_gives_it_back_its_name(place):
    with acting(Login.WORKER, job="around") as cursor:
        count_homes()
        assert cursor.execute("SELECT walls.job()").fetchone() == ("around",)


def test_a_job_that_fails_leaves_nothing_open(place):
    with acting(Login.WORKER) as cursor:
        with pytest.raises(ArithmeticError):
            fail()
        assert cursor.execute("SELECT walls.job()").fetchone() == (None,)


def test_the_site_gains_nothing_by_calling_itself_a_job(place):
    with site():
        assert count_homes() == 0


@pytest.mark.parametrize("name", ["", "Purge", "purge des absences", "é", "a" * 61, "a\n"])
def test_a_name_that_the_audit_chain_would_not_take_is_refused(name):
    with pytest.raises(ValueError, match="is not the name of a job"):
        as_job(name)
