import datetime as dt
import re

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from absences.models import Absence, WatchConsent, Watcher
from absences.services.watch.reminding import remind
from accounts.models import Account
from accounts.roles import Role
from accounts.services.identities import identify
from tests.absences.watching import build_consent, build_watcher
from tests.access.people import SINCE, build_account, build_place

pytestmark = pytest.mark.django_db

ONE_DAY = dt.timedelta(days=1)
ADDRESS = "zoe.canari@exemple.fr"


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def turn(settings, today) -> Account:
    """It is the turn of the vigilant, who has given an address, and a home is entrusted to the chain."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    Absence.objects.update(first_day=today - 20 * ONE_DAY, last_day=today + 20 * ONE_DAY)
    owner = build_account(place.town, Role.VIGILANT, login="26999-owner")
    build_consent(place.town.absences[0], place.sectors[0], owner, since=today)
    settings.EMAIL_HOST, settings.SITE_ADDRESS = "smtp.exemple.fr", "https://ronde.exemple.fr/"
    account = place.accounts[Role.VIGILANT]
    build_watcher(account, today.weekday())
    identify(account, name="Zoé Canari", email=ADDRESS)
    return account


def test_whose_turn_it_is_is_reminded_once_and_told_nothing_of_a_home(turn, today, mailoutbox):
    assert [remind(today), remind(today)] == [1, 0]

    (notice,) = mailoutbox
    assert notice.to == [ADDRESS]
    assert "https://ronde.exemple.fr/" in notice.body
    assert not {"Lilas", "Rue", "Zoé"} & set(re.findall(r"\w+", notice.subject + notice.body))


@pytest.mark.parametrize("why", ["another day", "nothing entrusted", "no vigilant any more", "no server"])
def test_nobody_is_reminded_for_nothing(turn, today, settings, mailoutbox, why):
    if why == "another day":
        Watcher.objects.update(weekdays=[(today + ONE_DAY).weekday()])
    if why == "nothing entrusted":
        WatchConsent.objects.update(revoked_at=timezone.now())
    if why == "no vigilant any more":
        turn.grants.update(valid=DateRange(SINCE, today))
    if why == "no server":
        settings.EMAIL_HOST = ""

    assert remind(today) == 0
    assert mailoutbox == []
