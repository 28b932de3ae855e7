"""The round as a phone is told it: whole, traced, within its hours, for tonight."""

import datetime as dt
import re

from django.utils import timezone

from absences.models import Absence, AllowedHours, AllowedPerson
from accounts.models import AuditEntry
from geo import french
from patrols.services.phone.exchange import take_in
from tests.access.people import build_plan_again, move_shift
from tests.builders import PARIS, build_household, build_passage, build_stay
from tests.patrols.phone.conftest import AN_HOUR
from tests.patrols.phone.phones import ANOMALY, batch, call, on_behalf_of, passage, sender_of

A_DAY = dt.timedelta(days=1)


def keys(rows) -> frozenset[str]:
    return frozenset(str(row.pk) for row in rows)


def test_the_round_is_given_whole_kept_by_nobody_and_traced(phone, place):
    build_household(place.town.absences[0], name="Camille")
    AllowedPerson.objects.update(weekdays=[])

    answer = phone.get("/equipage/tournee.json")

    told = answer.json()
    assert [stop["address"] for stop in told["stops"]] == [
        "11 Rue des Lilas",
        "12 Rue du Moulin",
        "13 Rue du Moulin",
    ]
    assert told["stops"][0]["access"] == "Portail : code de Camille."
    assert len(told["legs"]) == 4
    assert answer["Cache-Control"] == "no-store, private"
    traced = AuditEntry.objects.filter(commune="26999")
    assert {(entry.action, frozenset(entry.ids)) for entry in traced if entry.kind != "accounts.device"} == {
        ("route.download", keys([place.route])),
        ("absence.address", keys(place.town.absences[:3])),
        ("absence.exact_point", keys(place.town.absences[:3])),
        ("absence.name", keys(place.town.absences[:1])),
        ("absence.access_instructions", keys(place.town.absences[:1])),
        ("absence.allowed_people", keys(place.town.absences[:1])),
    }


def test_instructions_end_with_one_full_stop_on_the_phone_and_in_the_list(phone, place):
    for home, written in zip(place.town.absences, ("7831", "7832.", "personne !"), strict=False):
        build_household(home, name=written)

    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    written = [f"Portail : code de {name}" for name in ("7831.", "7832.", "personne !")]
    assert [stop["access"] for stop in told["stops"]] == written
    for each in written:
        assert f"{each} N" in listed


def test_a_home_without_instructions_says_that_there_is_nothing_in_particular(phone, place):
    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    assert {stop["access"] for stop in told["stops"]} == {""}
    assert listed.count("Rien de particulier. N") == 3


def test_who_may_be_inside_is_told_for_the_day_of_the_shift_alone(phone, place):
    shift = place.town.shifts[0]
    shift.refresh_from_db()
    today = timezone.localdate(shift.starts_at)
    for name, weekday in (("Jeanne", today.weekday()), ("Paul", (today.weekday() + 1) % 7)):
        person = AllowedPerson(absence=place.town.absences[0], name=name, relation="works", weekdays=[weekday])
        person.keep_until(today)
        person.save()

    told = phone.get("/equipage/tournee.json").json()

    assert told["stops"][0]["people"] == [{"name": "Jeanne", "relation": "Artisan"}]


def test_what_was_found_last_time_is_told(phone, place, now):
    first, second = place.town.absences[:2]
    for hours, result in ((30, "ras"), (20, "anomaly")):
        build_passage(absence=first, crew=place.town.crews[1], done_at=now - hours * AN_HOUR, result=result)

    told = phone.get("/equipage/tournee.json").json()

    last = {stop["home"]: stop["last_passage"] for stop in told["stops"]}
    assert last[first.pk] == {"done_at": (now - 20 * AN_HOUR).isoformat(), "was_anomaly": True}
    assert last[second.pk] is None


def test_an_anomaly_of_which_somebody_is_still_to_be_told_says_so(phone, place, crew, now):
    for number, home in enumerate((0, 1, 2), 1):
        found = ANOMALY if home < 2 else {}
        with on_behalf_of(crew):
            take_in(
                batch(passage(place, number, home=home, done_at=now, **found), sent_at=now),
                sender_of(crew),
                now=now,
            )
    calls = [
        call(place, 11, after=1, ended_at=now),
        call(place, 12, after=2, ended_at=now),
        call(place, 13, after=2, ended_at=now, step="trusted_person", outcome="reached"),
    ]
    with on_behalf_of(crew):
        take_in(batch(*calls, sent_at=now), sender_of(crew), now=now)

    told = phone.get("/equipage/tournee.json").json()

    # The owner of the first did not answer; at the second somebody was reached; at the third all was well.
    homes = [absence.pk for absence in place.town.absences[:3]]
    assert {each["home"]: each["to_call"] for each in told["passages"]} == {
        homes[0]: True,
        homes[1]: False,
        homes[2]: False,
    }


def test_what_was_done_at_a_stop_that_went_to_another_crew_since_is_still_read(phone, place, now):
    build_passage(absence=place.town.absences[0], crew=place.town.crews[0], done_at=now - AN_HOUR / 2)
    build_plan_again(place)

    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    (given,) = told["given"]
    assert (given["address"], given["result"]) == ("11 Rue des Lilas", "ras")
    assert [stop["address"] for stop in told["stops"]] == ["14 Rue des Lilas"]
    assert "11 Rue des Lilas : RAS" in listed
    traced = AuditEntry.objects.filter(action="absence.address").latest("pk")
    assert set(traced.ids) == keys([place.town.absences[0], place.town.absences[3]])


def test_a_household_that_is_back_is_told(phone, place, now):
    first, second, third = place.town.absences[:3]
    today = timezone.localdate(now)
    days = {"first_day": today - 5 * A_DAY, "last_day": today + 5 * A_DAY}
    Absence.objects.filter(pk=first.pk).update(**days, returned_on=today)
    Absence.objects.filter(pk=second.pk).update(**days, returned_on=today + A_DAY)
    Absence.objects.filter(pk=third.pk).update(**days, cancelled_at=now)

    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    assert [stop["is_back"] for stop in told["stops"]] == [True, False, True]
    assert listed.count("il y a sans doute quelqu") == 2


def test_a_number_that_the_file_lacks_is_told_until_somebody_has_seen_the_home(phone, place, now):
    first, second = place.town.absences[:2]
    Absence.objects.filter(pk__in=[first.pk, second.pk]).update(missing_number="10 bis")
    Absence.objects.filter(pk=second.pk).update(seen_on=timezone.localdate(now), seen_by="municipal_police")

    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    given = {stop["home"]: stop["number_to_verify"] for stop in told["stops"]}
    assert (given[first.pk], given[second.pk]) == ("10 bis", "")
    assert listed.count("Le n° 10 bis a été donné pour ce logement") == 1


def test_the_plain_list_warns_of_a_dog_and_says_alarm_once(phone, place):
    first = Absence.objects.filter(pk=place.town.absences[0].pk)
    first.update(animals=Absence.Animals.DOG_OUTSIDE, alarm=Absence.Alarm.SIREN)

    listed = phone.get("/equipage/liste/").content.decode()

    assert listed.count("Attention : chien") == 1
    assert listed.count("Fenêtres : non précisé. Alarme sonore.") == 1
    assert listed.count("Alarme : non précisé.") == 2


def test_before_a_door_that_opens_late_a_crew_is_free_and_told_when_to_leave(phone, place, now):
    second = place.route.stops.get(order=2)
    place.route.legs.filter(order=1).update(duration_s=240)
    hours = {"arrives_at": now + AN_HOUR, "starts_at": now + 2 * AN_HOUR, "leaves_at": now + 2 * AN_HOUR}
    place.route.stops.filter(pk=second.pk).update(**hours)
    travel = dt.timedelta(minutes=4)

    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    from_, until = french.clock(place.route.stops.get(order=1).leaves_at), french.clock(now + 2 * AN_HOUR - travel)
    words = f"libre de {from_} à {until}, puis {french.duration(240)} de trajet"
    assert told["stops"][1]["free"] == words
    assert f"L{words[1:]}." in listed


def test_a_stay_is_told_at_its_place_between_the_stops_and_is_none_of_them(phone, place, now):
    comes, goes = now + AN_HOUR, now + AN_HOUR + dt.timedelta(minutes=10)
    build_stay(place.route, after_stop=1, arrives_at=comes)
    build_stay(place.route, after_stop=3, arrives_at=comes, street_name="")

    told = phone.get("/equipage/tournee.json").json()
    listed = phone.get("/equipage/liste/").content.decode()

    assert told["stays"][0] == {
        "after": 1,
        "street": "rue du Moulin",
        "arrives_at": comes.isoformat(),
        "leaves_at": goes.isoformat(),
        "point": [4.89, 44.936],
    }
    assert [stop["order"] for stop in told["stops"]] == [1, 2, 3]
    assert [row.partition(" · ")[2] or row for row in re.findall(r"<h3>(.*?)</h3>", listed)] == [
        "11 Rue des Lilas",
        f"Présence rue du Moulin, de {french.clock(comes)} à {french.clock(goes)}",
        "12 Rue du Moulin",
        "13 Rue du Moulin",
        f"Présence de {french.clock(comes)} à {french.clock(goes)}",
    ]
    assert listed.count("Se montrer, à pied si possible ; rien à noter.") == 2


def test_in_the_plain_list_a_stay_is_over_with_its_hour_or_with_a_stop_beyond_it(phone, place, now):
    past = now - dt.timedelta(minutes=11)
    build_stay(place.route, after_stop=2, arrives_at=past, street_name="Rue A")
    build_stay(place.route, after_stop=1, arrives_at=now + AN_HOUR, street_name="Rue B")
    build_stay(place.route, after_stop=2, arrives_at=now + AN_HOUR, street_name="Rue C")
    build_passage(absence=place.town.absences[1], crew=place.town.crews[0], done_at=now)

    listed = phone.get("/equipage/liste/").content.decode()

    stays = re.findall(r'<li class="stay(.*?)">\s*<h3>Présence (.*?),.*?<p>(.*?)</p>', listed, re.DOTALL)
    assert stays == [
        (" over", "rue B", "Passée."),
        (" over", "rue A", "Passée."),
        ("", "rue C", "Se montrer, à pied si possible ; rien à noter."),
    ]


def test_outside_its_hours_there_is_no_round(phone, place):
    move_shift(place.town.shifts[0], starts_in=3 * AN_HOUR)

    assert phone.get("/equipage/tournee.json").status_code == 404
    assert phone.get("/equipage/etat.json").json()["route"] is None


def test_allowed_hours_are_told_as_the_desk_reads_them_and_as_moments(phone, place):
    home = place.town.absences[0]
    begins = dt.datetime(2026, 11, 12, 23, 30, tzinfo=PARIS)
    place.route.stops.filter(absence=home).update(arrives_at=begins, starts_at=begins, leaves_at=begins)
    AllowedHours.objects.filter(absence=home).delete()
    # 12 November is a Thursday (3): open from 22 h to 1 h, and nothing on the other days.
    AllowedHours.objects.create(absence=home, weekday=3, opens=dt.time(22), closes=dt.time(1))

    first, second, third = phone.get("/equipage/tournee.json").json()["stops"]

    assert french.plain(first["hours"]) == "22 h – 1 h"
    assert first["may_pass"] == [["2026-11-12T21:00:00+00:00", "2026-11-13T00:00:00+00:00"]]
    assert french.plain(second["hours"]) == "18 h – 21 h"
    assert third["may_pass"] is None
