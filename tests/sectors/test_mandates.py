import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Grant, Identity
from accounts.roles import Role
from tests.access.people import Place, build_account, let_in

pytestmark = pytest.mark.django_db

ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def vacant(place):
    """The third sector, which has no référent."""
    return place.sectors[2]


@pytest.fixture
def desk(place) -> Client:
    for role in (Role.VIGILANT, Role.REFERENT):
        identity = Identity(account=place.accounts[role], name=f"Zoé {role}", phone="0639980011", email="")
        identity.keep_until(timezone.localdate())
        identity.save()
    return let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])


def appoint(desk: Client, sector, login: str, **days: dt.date) -> str:
    said = {"first_day": timezone.localdate(), **days}
    sent = {"login": login, "confirmed": login.lower(), **{name: f"{day}" for name, day in said.items()}}
    return desk.post(f"/secteurs/{sector.pk}/mandat/", sent, follow=True).content.decode()


def end(desk: Client, mandate: Grant, day: dt.date) -> str:
    return desk.post(f"/mandats/{mandate.pk}/fin/", {"from_day": f"{day}"}, follow=True).content.decode()


def as_vigilant(place: Place) -> Client:
    return let_in(Client(), place.accounts[Role.VIGILANT])


def may_note_meetings(client: Client, sector) -> bool:
    return client.get(f"/secteurs/{sector.pk}/reunion/").status_code == 200


def acts() -> list[str]:
    kept = AuditEntry.objects.filter(kind="accounts.grant").order_by("pk")
    return list(kept.values_list("action", flat=True))


def test_who_is_appointed_acts_at_once_and_is_named_with_how_they_are_reached(desk, place, vacant):
    page = appoint(desk, vacant, "26999-VIGILANT")

    assert "Le mandat est donné." in page
    assert "1 sur 2, un mandat vacant" in page
    assert "Zoé vigilant" in page
    assert "0639980011" in page
    assert may_note_meetings(as_vigilant(place), vacant)
    assert acts() == ["sector.appoint_referent"]


def test_a_mandate_to_come_opens_nothing_yet_and_is_dropped_as_if_it_never_was(desk, place, vacant):
    tomorrow = timezone.localdate() + ONE_DAY
    page = appoint(desk, vacant, "26999-vigilant", first_day=tomorrow)

    assert "Aucun référent" in page
    assert "Zoé vigilant" in page
    assert not may_note_meetings(as_vigilant(place), vacant)
    assert "Zoé vigilant" not in end(desk, Grant.objects.get(sector=vacant), tomorrow)
    assert acts() == ["sector.appoint_referent", "mandate.drop"]


def test_a_mandate_that_ends_keeps_no_right_from_that_day(desk, place):
    sector, referent = place.sectors[0], place.accounts[Role.REFERENT]
    theirs = let_in(Client(), referent)
    assert may_note_meetings(theirs, sector)

    page = end(desk, referent.grants.get(), timezone.localdate())

    assert "La fin du mandat est enregistrée." in page
    assert "Aucun référent" in page
    assert "Zoé referent" not in page
    assert not may_note_meetings(theirs, sector)
    assert acts() == ["mandate.end"]


def test_one_succeeds_to_another_on_the_day_that_the_former_ends(desk, place):
    sector, today = place.sectors[0], timezone.localdate()
    build_account(place.town, Role.REFERENT, login="26999-second")
    next_week = today + 7 * ONE_DAY
    refused = "Ce secteur a déjà deux référents ces jours-là"
    assert refused in appoint(desk, sector, "26999-vigilant")

    end(desk, place.accounts[Role.REFERENT].grants.get(), next_week)

    assert refused in appoint(desk, sector, "26999-vigilant", first_day=today + ONE_DAY)
    assert "Le mandat est donné." in appoint(desk, sector, "26999-vigilant", first_day=next_week)


@pytest.mark.parametrize("role", ["municipal-police", "national-police", "crew", "clspd", "administrator", "dpo"])
def test_whoever_holds_a_role_of_the_house_is_refused_with_the_reason(desk, vacant, role):
    assert "il ne peut être référent" in appoint(desk, vacant, f"26999-{role}")
    assert not Grant.objects.filter(sector=vacant).exists()


def test_an_unknown_identifier_a_second_mandate_and_days_that_cannot_be_are_refused(desk, place, vacant):
    today = timezone.localdate()
    assert "Aucun compte en service" in appoint(desk, vacant, "lilas-204")
    assert "Ce compte tient déjà un mandat" in appoint(desk, place.sectors[0], "26999-referent")
    assert "Ce jour est passé" in appoint(desk, vacant, "26999-vigilant", first_day=today - ONE_DAY)
    assert "vient avant le premier" in appoint(desk, vacant, "26999-vigilant", last_day=today - ONE_DAY)
    mandate = place.accounts[Role.REFERENT].grants.get()
    assert "aujourd&#x27;hui ou plus tard" in end(desk, mandate, today - ONE_DAY)


def test_a_mandate_given_by_mistake_is_ended_the_same_day_and_opens_nothing_any_more(desk, place, vacant):
    appoint(desk, vacant, "26999-vigilant")
    theirs = as_vigilant(place)
    assert may_note_meetings(theirs, vacant)

    page = end(desk, Grant.objects.get(sector=vacant), timezone.localdate())

    assert "La fin du mandat est enregistrée." in page
    assert "Zoé vigilant" not in page
    assert not may_note_meetings(theirs, vacant)
    assert acts() == ["sector.appoint_referent", "mandate.end"]


def test_whose_account_it_is_is_shown_before_they_are_appointed(desk, place, vacant):
    def ask(login: str, **said: str) -> str:
        sent = {"login": login, "first_day": f"{timezone.localdate()}", **said}
        return " ".join(desk.post(f"/secteurs/{vacant.pk}/mandat/", sent).content.decode().split())

    elsewhere, nobody = ask("26999-Referent"), ask("26999-vigilant")
    other = ask("26999-vigilant", confirmed="26999-referent")

    assert "26999-referent</strong>, Zoé referent. Ce compte est déjà référent :" in elsewhere
    assert f"<li>{place.sectors[0]}, " in elsewhere
    assert "Ce compte ne tient aucun mandat de référent" in nobody
    assert "Zoé" not in nobody
    assert "Nommer 26999-vigilant" in other
    assert not Grant.objects.filter(sector=vacant).exists()
    read = AuditEntry.objects.filter(action="sector.referent_names")
    assert [(entry.reason, len(entry.ids)) for entry in read] == [("network", 1)]


def test_each_reading_of_a_name_is_told_in_the_log(desk, place):
    desk.get(f"/secteurs/{place.sectors[0].pk}/")

    read = AuditEntry.objects.filter(action__startswith="sector.referent").order_by("action")
    assert list(read.values_list("action", "reason")) == [
        ("sector.referent_contact", "network"),
        ("sector.referent_names", "network"),
    ]
