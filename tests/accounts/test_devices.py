import datetime as dt
from html import unescape

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.errors import DeviceLabelTaken, UnknownDevice
from accounts.models import AuditEntry, Device
from accounts.person import NOBODY
from accounts.roles import Role
from accounts.services import devices, sessions
from tests.accounts.ways_in import SINCE, build_account, log_in, prove, words_of

OWN, ENROL, COMMUNE = "/compte/appareils/", "/compte/appareils/ajouter/", "/gestion/appareils/"
REFUSED = [Role.VIGILANT, Role.REFERENT, Role.NATIONAL_POLICE, Role.CREW, Role.CLSPD]


@pytest.fixture
def crew_member(place):
    return build_account(place, Role.CREW, login="equipage-1")


def give_code_for_it(client: Client) -> None:
    """As if a code had been given for enrolling: a test that gave each one would wait for the next."""
    session = client.session
    sessions.note_purpose(session, ENROL, now=timezone.now())
    session.save()


def enrol(client: Client, label: str = "Téléphone 3"):
    give_code_for_it(client)
    return client.post(ENROL, {"label": label})


@pytest.fixture
def enrolled(client, crew_member) -> Client:
    log_in(client, crew_member)
    enrol(client)
    return client


def person_seen_by(client: Client):
    return client.get(OWN).wsgi_request.person


def test_an_enrolled_device_leads_to_the_round(client, crew_member):
    log_in(client, crew_member)
    before = client.get(OWN).content.decode()
    enrol(client)

    assert 'href="/equipage/">Ouvrir la tournée' not in before
    assert 'href="/equipage/">Ouvrir la tournée' in client.get(OWN).content.decode()


def test_without_a_device_a_crew_holds_nothing(client, crew_member):
    log_in(client, crew_member)
    assert person_seen_by(client).roles == frozenset()


def test_where_a_page_is_not_found_the_crew_is_told_that_its_device_is_not_enrolled(client, crew_member):
    log_in(client, crew_member)
    page, other = client.get("/jour/"), client.get("/jour-qui-n-est-pas/")
    assert (page.status_code, other.status_code) == (404, 404)
    told = "Cet appareil n'est pas enregistré, ou il a été retiré"
    assert [told in unescape(words_of(answer)) for answer in (page, other)] == [True, True]
    enrol(client)
    assert "n'est pas enregistré" not in unescape(words_of(client.get("/jour-qui-n-est-pas/")))


def test_an_enrolled_device_gives_the_crew_its_rights(enrolled, place):
    person = person_seen_by(enrolled)
    assert person.roles == {Role.CREW}
    assert person.crews == {place.crew.pk}


def test_the_device_keeps_a_secret_that_no_script_reads_and_the_site_a_fingerprint(enrolled):
    cookie = enrolled.cookies["device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 86_400)
    token = cookie.value.partition(":")[0]
    assert Device.objects.get().token_sha256 == devices.fingerprint_of(token)
    assert token not in str(list(Device.objects.values()))


def test_under_https_the_secret_of_a_device_leaves_by_https_alone(client, crew_member, settings):
    settings.SESSION_COOKIE_SECURE = True
    log_in(client, crew_member)
    enrol(client)
    assert client.cookies["device"]["secure"]


def test_another_browser_of_the_same_person_is_no_device(enrolled, crew_member):
    other = Client()
    log_in(other, crew_member)
    assert person_seen_by(other).device_id is None


def test_a_device_is_not_that_of_another_person(enrolled, place):
    colleague = build_account(place, Role.CREW, login="equipage-2")
    other = Client()
    other.cookies["device"] = enrolled.cookies["device"].value
    log_in(other, colleague)
    assert person_seen_by(other).device_id is None


@pytest.mark.parametrize("forged", ["", "x", "jeton:signature:fausse"])
def test_a_forged_cookie_is_no_device(client, crew_member, forged):
    client.cookies["device"] = forged
    log_in(client, crew_member)
    assert person_seen_by(client).device_id is None


def test_a_revoked_device_is_logged_out_on_the_next_request_and_forgets_its_secret(enrolled):
    devices.revoke(Device.objects.get().pk, commune="26999")
    answer = enrolled.get(OWN)
    assert answer.url.startswith("/compte/connexion/")
    assert answer.wsgi_request.person == NOBODY
    assert answer.cookies["device"]["max-age"] == 0
    assert "Cet appareil a été retiré" in words_of(enrolled.get(answer.url))


def test_a_session_in_use_before_the_device_was_enrolled_elsewhere_goes_on_after_its_revocation(
    enrolled, crew_member
):
    other = Client()
    log_in(other, crew_member)
    devices.revoke(Device.objects.get().pk, commune="26999")
    assert other.get(OWN).status_code == 200


def test_a_session_opened_on_a_device_that_was_enrolled_before_ends_with_it_too(enrolled, crew_member):
    again = Client()
    again.cookies["device"] = enrolled.cookies["device"].value
    log_in(again, crew_member)
    assert again.get(OWN).status_code == 200
    devices.revoke(Device.objects.get().pk, commune="26999")
    assert again.get(OWN).status_code == 302


def test_a_revoked_device_is_not_enrolled_again_from_the_session_that_was_open_on_it(enrolled):
    devices.revoke(Device.objects.get().pk, commune="26999")
    assert enrolled.post(ENROL, {"label": "Téléphone 4"}).url.startswith("/compte/connexion/")
    assert not Device.objects.in_use().exists()


def test_whose_role_as_crew_is_over_is_not_logged_out_for_their_device(enrolled, crew_member):
    devices.revoke(Device.objects.get().pk, commune="26999")
    crew_member.grants.update(valid=DateRange(SINCE, timezone.localdate()))
    assert enrolled.get("/compte/").status_code == 200


def test_its_holder_revokes_it_from_another_browser(enrolled, crew_member):
    desk = Client()
    log_in(desk, crew_member)
    desk.post(f"{OWN}{Device.objects.get().pk}/retirer/")
    assert person_seen_by(enrolled) == NOBODY


@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.ADMINISTRATOR, Role.DPO])
def test_who_keeps_the_devices_of_the_commune_sees_and_revokes_them(enrolled, place, role):
    keeper = Client()
    log_in(keeper, build_account(place, role))
    assert "Téléphone 3" in keeper.get(COMMUNE).content.decode()
    assert keeper.post(f"{COMMUNE}{Device.objects.get().pk}/retirer/").status_code == 302
    assert Device.objects.in_use().count() == 0
    assert AuditEntry.objects.filter(action="device.revoke").count() == 1


@pytest.mark.parametrize("role", REFUSED)
def test_nobody_else_sees_nor_revokes_them(enrolled, place, role):
    other = Client()
    log_in(other, build_account(place, role))
    assert other.get(COMMUNE).status_code == 404
    assert other.post(f"{COMMUNE}{Device.objects.get().pk}/retirer/").status_code == 404
    assert other.post(f"{OWN}{Device.objects.get().pk}/retirer/").status_code == 404
    assert Device.objects.in_use().count() == 1


def test_a_crew_on_its_device_does_not_see_those_of_the_commune(enrolled):
    assert enrolled.get(COMMUNE).status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CREW}))
def test_only_a_crew_enrols_a_device(client, place, role):
    log_in(client, build_account(place, role))
    assert client.get(ENROL).status_code == 404
    assert client.post(ENROL, {"label": "Téléphone 3"}).status_code == 404


def test_enrolling_asks_for_a_code_given_for_it_however_recent_the_log_in(client, crew_member):
    log_in(client, crew_member)
    answer = client.post(ENROL, {"label": "Téléphone 3"})
    assert answer.url == f"/compte/verification/?next={ENROL}"
    assert not Device.objects.exists()
    assert "donné pour cela" in words_of(client.get(answer.url))


def test_a_code_given_for_it_enrols_the_device(client, crew_member):
    log_in(client, crew_member)
    assert prove(client, crew_member, onward=ENROL).url == ENROL
    client.post(ENROL, {"label": "Téléphone 3"})
    assert person_seen_by(client).device_id == Device.objects.get().pk


def test_a_code_given_for_something_else_does_not_enrol(client, crew_member):
    log_in(client, crew_member)
    prove(client, crew_member, onward="/compte/")
    assert client.post(ENROL, {"label": "Téléphone 3"}).url.startswith("/compte/verification/")


def test_a_code_enrols_one_device(enrolled):
    del enrolled.cookies["device"]
    session = enrolled.session
    del session[sessions.DEVICE]
    session.save()
    assert enrolled.post(ENROL, {"label": "Téléphone 4"}).url.startswith("/compte/verification/")


def test_a_code_given_to_enrol_serves_for_a_few_minutes(client, crew_member, clock):
    log_in(client, crew_member)
    prove(client, crew_member, onward=ENROL)
    assert client.get(ENROL).status_code == 200
    clock.advance(minutes=6)
    assert client.get(ENROL).url.startswith("/compte/verification/")


def test_enrolling_asks_for_a_code_given_just_now(client, crew_member, clock):
    log_in(client, crew_member)
    clock.advance(minutes=6)
    answer = client.post(ENROL, {"label": "Téléphone 3"})
    assert answer.url.startswith("/compte/verification/")
    assert not Device.objects.exists()


def test_a_label_is_given_once_among_the_devices_in_use(place, crew_member):
    device, _token = devices.enrol(crew_member, "26999", "Téléphone 3")
    with pytest.raises(DeviceLabelTaken, match="porte déjà ce nom"):
        devices.enrol(crew_member, "26999", "Téléphone 3")
    devices.revoke(device.pk, commune="26999")
    assert devices.enrol(crew_member, "26999", "Téléphone 3")


def test_a_label_that_is_taken_is_said_at_the_field(crew_member, client):
    devices.enrol(crew_member, "26999", "Téléphone 3")
    log_in(client, crew_member)
    page = enrol(client)
    assert page.status_code == 200
    assert "porte déjà ce nom" in page.content.decode()


def test_a_device_of_another_commune_is_not_revoked(crew_member):
    device, _token = devices.enrol(crew_member, "26999", "Téléphone 3")
    with pytest.raises(UnknownDevice):
        devices.revoke(device.pk, commune="26000")


def test_the_day_it_was_last_seen_is_written_once_a_day(crew_member):
    device, token = devices.enrol(crew_member, "26999", "Téléphone 3")
    day = timezone.localdate()
    assert devices.recognise(crew_member, "26999", token, today=day) == device.pk
    assert devices.recognise(crew_member, "26999", token, today=day + dt.timedelta(days=1)) == device.pk
    device.refresh_from_db()
    assert device.last_seen_on == day + dt.timedelta(days=1)


def hand_over(client: Client, place, login: str = "equipage-2"):
    """Another crew member on the same phone, who has not enrolled it yet."""
    colleague = build_account(place, Role.CREW, login=login)
    client.post("/compte/deconnexion/")
    log_in(client, colleague)
    return colleague


def test_a_phone_that_is_handed_over_is_enrolled_by_each_crew_and_stays_the_others(enrolled, place, crew_member):
    hand_over(enrolled, place)
    assert person_seen_by(enrolled).device_id is None
    give_code_for_it(enrolled)
    asked = unescape(enrolled.get(ENROL).content.decode())
    assert "sous le nom « Téléphone 3 »" in asked
    assert 'value="Téléphone 3"' in asked

    enrol(enrolled)
    assert person_seen_by(enrolled).roles == {Role.CREW}
    enrolled.post("/compte/deconnexion/")
    log_in(enrolled, crew_member)

    assert person_seen_by(enrolled).roles == {Role.CREW}
    assert len(set(Device.objects.in_use().values_list("token_sha256", flat=True))) == 1


def test_the_police_withdraw_a_phone_from_all_who_have_enrolled_it(enrolled, place):
    hand_over(enrolled, place)
    enrol(enrolled)
    police = Client()
    log_in(police, build_account(place, Role.MUNICIPAL_POLICE, login="police-1"))
    listed = police.get(COMMUNE).content.decode()
    assert listed.count("<tbody>") == 1
    assert listed.count('<th scope="row">Téléphone 3</th>') == 1

    police.post(f"{COMMUNE}{Device.objects.first().pk}/retirer/")

    assert not Device.objects.in_use().exists()
    traced = AuditEntry.objects.get(action="device.revoke").ids
    assert set(traced) == {str(key) for key in Device.objects.values_list("pk", flat=True)}
    assert enrolled.get(OWN).cookies["device"]["max-age"] == 0


def test_who_withdraws_a_phone_for_themselves_leaves_it_to_the_others(enrolled, place, crew_member):
    hand_over(enrolled, place)
    enrol(enrolled)
    own = Device.objects.get(account__login="equipage-2")

    answer = enrolled.post(f"{OWN}{own.pk}/retirer/")

    assert "device" not in answer.cookies
    assert "device" not in enrolled.get(OWN).cookies
    assert list(Device.objects.in_use().values_list("account", flat=True)) == [crew_member.pk]


def test_a_secret_that_nobody_has_in_use_any_more_is_not_taken_up_again(enrolled, place):
    devices.revoke(Device.objects.get().pk, commune="26999")
    colleague = build_account(place, Role.CREW, login="equipage-2")
    found = Client()
    found.cookies["device"] = enrolled.cookies["device"].value
    log_in(found, colleague)

    enrol(found)

    former, new = Device.objects.order_by("pk").values_list("token_sha256", flat=True)
    assert former != new
