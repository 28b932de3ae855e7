import datetime as dt
import json
import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from absences.models import Absence, HomeOwner, Look, WatchConsent, Watcher
from accounts.models import AuditEntry
from accounts.roles import Role
from tests.absences.watching import build_consent, build_watcher
from tests.access.people import Place, build_account, build_place, let_in

pytestmark = pytest.mark.django_db

ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def place(settings, today) -> Place:
    settings.COMMUNE_INSEE = "26999"
    place = build_place()
    days = {"first_day": today - 20 * ONE_DAY, "last_day": today + 20 * ONE_DAY}
    Absence.objects.update(**days, may_be_watched=True)
    return place


@pytest.fixture
def home(place) -> Absence:
    return place.town.absences[0]


@pytest.fixture
def watcher(place) -> Client:
    build_watcher(place.accounts[Role.VIGILANT])
    return let_in(Client(), place.accounts[Role.VIGILANT])


@pytest.fixture
def consent(place, home, today) -> WatchConsent:
    owner = build_account(place.town, Role.VIGILANT, login="26999-owner")
    return build_consent(home, place.sectors[0], owner, since=today - 3 * ONE_DAY)


def police(place) -> Client:
    return let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])


def read(answer) -> str:
    return answer.content.decode()


def homes_of(watcher) -> list[dict]:
    return watcher.get("/veille/jour.json").json()["homes"]


def test_a_home_is_handed_over_entrusted_and_taken_back(place, home, today, watcher):
    shown = read(police(place).post(f"/logements/{home.pk}/code/"))
    code = re.search(r"<code[^>]*>([^<]+)</code>", shown)[1]
    owner = let_in(Client(), build_account(place.town, Role.VIGILANT, login="26999-owner"))

    assert owner.post("/veille/mes-logements/", {"code": code}).status_code == 302
    days = {f"h{home.pk}-first_day": f"{today}", f"h{home.pk}-last_day": f"{today + 3 * ONE_DAY}"}
    assert owner.post(f"/veille/mes-logements/{home.pk}/confier/", days).status_code == 302
    assert "Retirer mon accord" in read(owner.get("/veille/mes-logements/"))
    assert [each["address"] for each in homes_of(watcher)] == ["11 Rue des Lilas"]
    assert "Vous pourrez le confier de nouveau." in read(owner.post(f"/veille/mes-logements/{home.pk}/reprendre/"))
    assert len(homes_of(watcher)) == 1
    confirmed = {"confirmed": home.pk}
    assert owner.post(f"/veille/mes-logements/{home.pk}/reprendre/", confirmed).status_code == 302
    assert homes_of(watcher) == []


def test_a_code_typed_wrongly_and_days_outside_the_absence_are_said_at_the_form(place, home, today):
    owner = build_account(place.town, Role.VIGILANT, login="26999-owner")
    HomeOwner.objects.create(absence=home, account=owner)
    browser = let_in(Client(), owner)

    assert "Ce code n&#x27;ouvre rien" in read(browser.post("/veille/mes-logements/", {"code": "abcd"}))
    days = {f"h{home.pk}-first_day": f"{today}", f"h{home.pk}-last_day": f"{today + 30 * ONE_DAY}"}
    answer = read(browser.post(f"/veille/mes-logements/{home.pk}/confier/", days))
    assert "Choisissez des jours de l&#x27;absence" in answer
    assert not WatchConsent.objects.exists()


def test_another_vigilants_home_does_not_exist(place, home, today, watcher, consent):
    days = {f"h{home.pk}-first_day": f"{today}", f"h{home.pk}-last_day": f"{today}"}

    assert watcher.post(f"/veille/mes-logements/{home.pk}/confier/", days).status_code == 404
    assert watcher.post(f"/veille/mes-logements/{home.pk}/reprendre/", {"confirmed": home.pk}).status_code == 404
    assert WatchConsent.objects.get().revoked_at is None


def test_a_phone_sends_a_look_and_is_answered_and_the_log_names_no_home(place, watcher, consent, today):
    reference = f"{uuid.uuid4()}"
    content = json.dumps({"home": f"{consent.pk}", "day": f"{today}"})
    sent = {"entries": [{"reference": reference, "content": content, "crew": 3, "kind": "look", "sha256": ""}]}

    answer = watcher.post("/veille/envoi/", data=sent, content_type="application/json")

    assert answer.json() == {"answers": [{"reference": reference, "state": "recorded", "reason": ""}]}
    assert [(look.day, look.noted_by) for look in Look.objects.all()] == [(today, place.accounts[Role.VIGILANT])]
    assert homes_of(watcher)[0]["is_looked_at"]
    assert watcher.post("/veille/envoi/", data="{}", content_type="application/json").status_code == 400
    acts = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"watch.entrusted_home", "watch.tick"} <= acts


def test_an_irregularity_becomes_a_report_at_that_address_and_no_key_leads_back(watcher, consent):
    answer = watcher.post(f"/veille/{consent.pk}/signaler/")

    assert answer.headers["Location"] == "/signalements/urgence/"
    assert 'value="11 Rue des Lilas"' in read(watcher.get("/signalements/signaler/"))
    assert 'value="11 Rue des Lilas"' not in read(watcher.get("/signalements/signaler/"))
    assert watcher.post(f"/veille/{uuid.uuid4()}/signaler/").status_code == 404


def test_a_vigilant_joins_on_some_days_and_the_referent_changes_them(place, consent, today):
    account = place.accounts[Role.VIGILANT]
    vigilant, role = let_in(Client(), account), account.grants.get().pk

    vigilant.post(f"/veille/mon-tour/{role}/", {"weekdays": ["0", "2"]})
    watcher = Watcher.objects.get()
    referent = let_in(Client(), place.accounts[Role.REFERENT])
    page = read(referent.get(f"/veille/secteurs/{place.sectors[0].pk}/"))
    referent.post(f"/veille/secteurs/{place.sectors[0].pk}/", {f"w{watcher.pk}": ["6", "9"]})

    assert watcher.weekdays == [0, 2]
    assert "mardi, jeudi, vendredi, samedi, dimanche" in page
    assert "Rue des Lilas" not in page
    assert Watcher.objects.get().weekdays == [6]
    vigilant.post(f"/veille/mon-tour/{role}/quitter/")
    assert not Watcher.objects.exists()


def test_the_police_read_that_a_home_is_watched_and_looks_apart_from_passages(place, home, consent, today):
    Look.objects.create(id=uuid.uuid4(), consent=consent, day=today - ONE_DAY)

    record = read(police(place).get(f"/logements/{home.pk}/"))
    rows = read(police(place).get(f"/logements/?jour={today}")).split("<tr")

    assert "confié à la veille, 1 regard" in " ".join(record.split())
    marked = [row for row in rows if "veillé</span>" in row]
    assert [f"logement-{home.pk}" in row for row in marked] == [True]


def test_home_pages_say_what_waits(place, watcher, consent, today):
    Watcher.objects.update(weekdays=[today.weekday()])
    referent = let_in(Client(), place.accounts[Role.REFERENT])

    assert "votre tour de veille : 1\u00a0logement à regarder." in read(watcher.get("/accueil/"))
    assert "1\u00a0logement sans regard hier" in read(referent.get("/accueil/"))
