import datetime as dt
import json
import uuid
from dataclasses import replace

import pytest
from django.utils import timezone

from absences.counts import LookCount, LooksOfMonth, count_absences, read_looks
from absences.errors import CodeNotOpen, NotEntrustable, UnreadableLooks
from absences.models import Absence, HomeCode, Look, WatchConsent, Watcher
from absences.services.watch import chain, looking, owning
from accounts.models import Account
from accounts.roles import Role
from tests.absences.watching import build_consent, build_watcher
from tests.access.in_sql import site
from tests.access.people import Place, build_account, build_place
from tests.builders import at

pytestmark = pytest.mark.django_db

ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def place(settings, today) -> Place:
    """Every home stands empty from twenty days ago to twenty days ahead."""
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    Absence.objects.update(first_day=today - 20 * ONE_DAY, last_day=today + 20 * ONE_DAY)
    return place


@pytest.fixture
def owner(place) -> Account:
    return build_account(place.town, Role.VIGILANT, login="26999-owner")


@pytest.fixture
def watcher(place) -> Account:
    build_watcher(place.accounts[Role.VIGILANT])
    return place.accounts[Role.VIGILANT]


@pytest.fixture
def consent(place, owner, today) -> WatchConsent:
    return build_consent(place.town.absences[0], place.sectors[0], owner, since=today - 3 * ONE_DAY)


def entry(home, day, reference=None):
    return {
        "reference": f"{reference or uuid.uuid4()}",
        "content": json.dumps({"home": f"{home}", "day": f"{day}"}),
    }


def send(place, account, *entries):
    """Take entries in as the site does for a watcher; what became of each."""
    read = looking.read_entries(json.dumps({"entries": entries}).encode())
    with site(place.person(Role.VIGILANT)):
        answers = looking.take_in(read, by=account, today=timezone.localdate())
        looks = set(Look.objects.values_list("consent", "day"))
    return [(answer.state, answer.reason) for answer in answers], looks


def test_a_code_makes_its_bearer_the_owner_once(place, owner):
    home = place.town.absences[1]
    former = owning.hand_out_code(home)
    code = owning.hand_out_code(home)

    with pytest.raises(CodeNotOpen):
        owning.take_home(former, by=owner)
    assert owning.take_home(f" {code.upper()} ".replace("-", " "), by=owner).absence_id == home.pk
    with pytest.raises(CodeNotOpen):
        owning.take_home(code, by=owner)


def test_a_code_that_has_expired_opens_nothing(place, owner):
    code = owning.hand_out_code(place.town.absences[1])
    HomeCode.objects.update(expires_at=timezone.now() - ONE_DAY)

    with pytest.raises(CodeNotOpen):
        owning.take_home(code, by=owner)


def test_a_look_is_noted_once_whoever_sends_it_and_however_often(place, watcher, consent, today):
    same = entry(consent.pk, today)

    told, looks = send(place, watcher, same, same, entry(consent.pk, today), entry(consent.pk, today - ONE_DAY))

    assert told == [("recorded", "")] * 4
    assert looks == {(consent.pk, today), (consent.pk, today - ONE_DAY)}


def test_a_watcher_is_not_asked_to_look_at_the_home_they_entrusted_and_their_look_does_not_count(
    place, watcher, owner, consent, today
):
    other = build_consent(place.town.absences[1], place.sectors[0], watcher, since=today)

    with site(place.person(Role.VIGILANT)):
        asked = [home.key for home in looking.list_entrusted(watcher)]
    told, looks = send(place, watcher, entry(other.pk, today), entry(consent.pk, today))

    assert asked == [consent.pk]
    assert told == [("refused", "not_entrusted"), ("recorded", "")]
    assert looks == {(consent.pk, today)}


@pytest.mark.parametrize(
    ("days", "reason"), [(1, "not_that_day"), (-4, "not_entrusted"), (-3, "")], ids=["tomorrow", "before", "first"]
)
def test_a_look_is_of_a_day_of_the_consent_and_of_no_day_to_come(place, watcher, consent, today, days, reason):
    told, looks = send(place, watcher, entry(consent.pk, today + days * ONE_DAY))

    assert told == [("refused" if reason else "recorded", reason)]
    assert bool(looks) is not bool(reason)


def test_a_look_that_waited_longer_than_a_week_is_refused(place, watcher, consent, today):
    WatchConsent.objects.update(first_day=today - 15 * ONE_DAY)

    told, _ = send(place, watcher, entry(consent.pk, today - 8 * ONE_DAY), entry(consent.pk, today - 7 * ONE_DAY))

    assert told == [("refused", "not_that_day"), ("recorded", "")]


def test_a_look_at_a_home_that_was_taken_back_is_refused_as_at_one_that_never_was(place, watcher, consent, today):
    WatchConsent.objects.update(revoked_at=timezone.now())

    told, looks = send(place, watcher, entry(consent.pk, today), entry(uuid.uuid4(), today))

    assert told == [("refused", "not_entrusted")] * 2
    assert looks == set()


def test_a_look_that_waited_on_a_phone_is_noted_once_its_home_is_entrusted_no_more(place, watcher, consent, today):
    WatchConsent.objects.update(last_day=today - ONE_DAY)

    told, looks = send(place, watcher, entry(consent.pk, today - ONE_DAY), entry(consent.pk, today))

    assert told == [("recorded", ""), ("refused", "not_entrusted")]
    assert looks == {(consent.pk, today - ONE_DAY)}


@pytest.mark.parametrize(
    "content", ["", "[]", "null", '{"home": 3, "day": "2026-08-12"}', '{"home": "x"}', "1e999"]
)
def test_an_entry_that_cannot_be_read_is_refused_alone(place, watcher, consent, today, content):
    told, looks = send(
        place, watcher, {"reference": f"{uuid.uuid4()}", "content": content}, entry(consent.pk, today)
    )

    assert told == [("refused", "unreadable"), ("recorded", "")]
    assert looks == {(consent.pk, today)}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"entries": [1]}', b'{"entries": [{"reference": "x"}]}'])
def test_a_body_that_is_no_batch_is_refused(body):
    with pytest.raises(UnreadableLooks):
        looking.read_entries(body)


def test_a_batch_has_an_end(today):
    with pytest.raises(UnreadableLooks):
        looking.read_entries(json.dumps({"entries": [entry(uuid.uuid4(), today)] * 201}).encode())


def own_home(place, owner, consent):
    with site(owner_person(place, owner)):
        return next(home for home in owning.list_own_homes() if home.key == consent.absence_id)


def owner_person(place, owner):
    return replace(place.person(Role.VIGILANT), account_id=owner.pk)


def test_entrusting_anew_takes_the_place_of_the_former_consent(place, owner, consent, today):
    home = own_home(place, owner, consent)

    with site(owner_person(place, owner)):
        again = owning.entrust(home, today, today + 5 * ONE_DAY, today=today)
        standing = [(each.pk, each.last_day) for each in WatchConsent.objects.filter(revoked_at=None)]

    assert standing == [(again.pk, today + 5 * ONE_DAY)]
    assert again.sector == place.sectors[0]


@pytest.mark.parametrize(("first", "last"), [(-1, 5), (6, 5), (0, 21)], ids=["past", "order", "after the absence"])
def test_a_home_is_entrusted_for_days_of_its_absence(place, owner, consent, today, first, last):
    home = own_home(place, owner, consent)

    with pytest.raises(NotEntrustable):
        owning.entrust(home, today + first * ONE_DAY, today + last * ONE_DAY, today=today)


def test_the_chain_is_told_by_pseudonym_and_its_turns_are_kept(place, watcher):
    with site(place.person(Role.REFERENT)):
        before = chain.read_chain(place.sectors[0])
        chain.set_turns({before[0].key: [5, 2]}, before)
        after = chain.read_chain(place.sectors[0])

    assert [(each.pseudonym, each.weekdays) for each in before] == [("", ())]
    assert [each.weekdays for each in after] == [(2, 5)]


def test_it_is_ones_turn_on_the_weekdays_one_said(place, watcher, today):
    Watcher.objects.update(weekdays=[today.weekday()])

    assert chain.is_turn_of(watcher, today)
    assert not chain.is_turn_of(watcher, today + ONE_DAY)


# Entrusted from 30 July to 4 August, taken back on 3 August: 30 and 31 July, 1 and 2 August count. The home was
# looked at on 31 July and on 3 August, whose day was not entrusted to its end.
def test_looks_are_counted_beside_entrusted_days_the_same_before_and_after_the_erasure(place, owner):
    absence, sector = place.town.absences[0], place.sectors[0]
    Absence.objects.filter(pk=absence.pk).update(first_day=dt.date(2026, 7, 28), last_day=dt.date(2026, 8, 20))
    consent = build_consent(absence, sector, owner, since=dt.date(2026, 7, 30), until=dt.date(2026, 8, 4))
    WatchConsent.objects.update(revoked_at=at(9) - 9 * ONE_DAY)
    for day in (dt.date(2026, 7, 31), dt.date(2026, 8, 3)):
        Look.objects.create(id=uuid.uuid4(), consent=consent, day=day)
    year = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    expected = [
        LooksOfMonth(sector_id=sector.pk, month=dt.date(2026, 7, 1), entrusted=2, looked=1),
        LooksOfMonth(sector_id=sector.pk, month=dt.date(2026, 8, 1), entrusted=2, looked=0),
    ]

    assert read_looks("26999", *year) == expected
    count_absences([absence.pk])
    WatchConsent.objects.all().delete()
    assert read_looks("26999", *year) == expected
    assert LookCount.objects.count() == 2
