import pytest

from accounts.roles import Role
from config.home.police import describe_police_day
from geo.french import plain
from reports.models import Answer
from tests.access.people import build_account
from tests.reports.telling import build_relayed
from tests.shell.reading import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]


def test_police_see_how_many_relayed_reports_wait_for_an_answer(town):
    words = "1 signalement relayé attend une réponse."
    assert words not in [each for _, each in told(describe_police_day(town.commune, calls=True))]

    build_relayed(town.sectors[0], by=build_account(town, Role.REFERENT, login="26999-referent"))
    Answer.objects.all().delete()

    block = describe_police_day(town.commune, calls=True)
    assert words in [each for _, each in told(block)]
    assert "« Clore »" in next(task.detail for task in block.tasks_in_order if plain(str(task.words)) == words)
