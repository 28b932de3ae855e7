import pytest

from patrols.models import Plan, Route
from tests.builders import Town, build_plan, build_town


@pytest.fixture
def town(db) -> Town:
    return build_town()


@pytest.fixture
def plan(town: Town) -> Plan:
    return build_plan(town)


@pytest.fixture
def alpha(plan: Plan) -> Route:
    return plan.routes.get(shift__crew__name="Alpha")


@pytest.fixture
def bravo(plan: Plan) -> Route:
    """The crew that stays at its station."""
    return plan.routes.get(shift__crew__name="Bravo")
