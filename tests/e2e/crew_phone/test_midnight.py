"""A shift that goes past midnight, on the crew's phone and at the desk: one night, on two days of the calendar."""

import datetime as dt
import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect

from accounts.roles import Role
from geo import french
from patrols.models import Passage, Plan, Route, Shift
from tests.access.people import Place
from tests.builders import PARIS
from tests.e2e.day_page import wait_for_map
from tests.e2e.phone_page import ADDRESSES, AN_HOUR, UNDO_MS, look_again, note_nothing, open_round

pytestmark = pytest.mark.django_db(transaction=True)

A_MINUTE, A_DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@dataclass
class Night:
    """The hours of a night, at which the site is told to be; the walls keep to the database's own hour."""

    day: dt.date
    moment: dt.datetime
    since: float = field(default_factory=time.monotonic)

    def at(self, hour: int, minute: int = 0) -> dt.datetime:
        """A moment of the night: before noon it is that of the next day."""
        day = self.day + A_DAY if hour < 12 else self.day
        return dt.datetime.combine(day, dt.time(hour, minute), PARIS)

    def now(self) -> dt.datetime:
        return (self.moment + dt.timedelta(seconds=time.monotonic() - self.since)).astimezone(dt.UTC)

    def come(self, moment: dt.datetime) -> dt.datetime:
        self.moment, self.since = moment, time.monotonic()
        return moment


@pytest.fixture
def night(place: Place, monkeypatch: pytest.MonkeyPatch) -> Night:
    """Half past ten in the evening; Alpha is out until four, and by the database's hour too.

    A shift of sixteen hours has them both: last night's until an hour from now, or tonight's from an hour ago.
    """
    now = dt.datetime.now(PARIS)
    day = now.date() - A_DAY if now.hour < 13 else now.date()
    night = Night(day=day, moment=dt.datetime.combine(day, dt.time(22, 30), PARIS))
    Shift.objects.filter(pk=place.town.shifts[0].pk).update(
        day=day, starts_at=min(night.at(22), now - AN_HOUR), ends_at=max(night.at(4), now + AN_HOUR)
    )
    Plan.objects.update(day=day)
    Route.objects.filter(pk=place.route.pk).update(starts_at=night.at(22), ends_at=night.at(1))
    for stop, planned in zip(
        place.route.stops.all(), (night.at(22, 30), night.at(23, 50), night.at(0, 20)), strict=True
    ):
        place.route.stops.filter(pk=stop.pk).update(
            arrives_at=planned, starts_at=planned, leaves_at=planned + 5 * A_MINUTE
        )
    for home in place.town.absences:
        home.allowed_hours.all().delete()
        home.first_day, home.last_day = day - 5 * A_DAY, day + 5 * A_DAY
        home.save()
    place.town.absences[2].allowed_hours.create(opens=dt.time(0), closes=dt.time(2))
    monkeypatch.setattr("django.utils.timezone.now", night.now)
    return night


def test_a_night_is_followed_across_midnight(night, phone, site, place, open_page, keep_picture):
    phone.clock.install(time=night.now())
    page = open_round(phone, site)
    note_nothing(page)
    expect(page.locator("#pending")).to_have_text("1 en attente")
    page.clock.fast_forward(UNDO_MS)
    expect(page.locator("#pending")).to_have_text("0 en attente")

    phone.set_offline(True)
    page.clock.set_system_time(night.come(night.at(23, 58)))
    look_again(page)
    note_nothing(page)
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[2])
    expect(page.locator("#next .alert")).to_have_text(
        "Hors des heures de passage permises. Passez à partir de 0 h."
    )
    page.clock.set_system_time(night.come(night.at(0, 20)))
    look_again(page)
    expect(page.locator("#next .alert")).to_have_count(0)
    note_nothing(page)
    expect(page.locator("#next-title")).to_have_text("Tous les arrêts sont faits")
    keep_picture(page, "phone-after-midnight")
    expect(page.locator("#pending")).to_have_text("2 en attente")

    phone.set_offline(False)
    expect(page.locator("#network")).to_have_text("Réseau : oui")
    page.clock.fast_forward(UNDO_MS)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    told = Passage.objects.order_by("done_at").values_list("done_at", "clock")
    assert [(f"{done_at.astimezone(PARIS):%H:%M}", clock) for done_at, clock in told] == [
        ("22:30", "trusted"),
        ("23:58", "trusted"),
        ("00:20", "trusted"),
    ]
    expect(page.locator("#stops")).not_to_contain_text("à faire")
    look_at_the_desk(night, place, open_page, keep_picture)


def look_at_the_desk(night: Night, place: Place, open_page, keep_picture) -> None:
    """See the night on the plan of its day, and what the new day makes of it."""
    police = place.accounts[Role.MUNICIPAL_POLICE]
    page = open_page("/accueil/", account=police)
    page.get_by_role("link", name="Suivre la nuit").click()
    wait_for_map(page)
    expect(page.get_by_text("Passages faits").first).to_contain_text("3 sur 3")
    expect(page.locator("tr.stop[data-recency=passed]")).to_have_count(3)
    keep_picture(page, "day-after-midnight")

    first, _, third, _ = place.town.absences
    page.goto(page.url.replace(f"/jour/?jour={night.day}", f"/logements/?jour={night.day + A_DAY}&vue=tableau"))
    expect(page.locator(f"#logement-{third.pk}")).to_have_attribute("data-recency", "passed")
    expect(page.locator(f"#logement-{first.pk}")).to_have_attribute("data-recency", "due")
    page.goto(page.url.partition("/logements/")[0] + f"/logements/{third.pk}/")
    expect(page.locator("main")).to_contain_text(f"{french.day(night.day + A_DAY)} à 0 h 20")
