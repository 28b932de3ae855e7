import json

import pytest
from django.test import Client

from accounts.models import AuditEntry
from accounts.roles import Role
from patrols.models import Calculation, Plan, Shift, Stop
from patrols.services.calculations import REST_SECONDS
from patrols.services.versions import make_version
from tests.access.people import PoliceClient, build_account, let_in
from tests.builders import DAY, at, build_passage, build_stay, build_town
from tests.patrols.services.planning_hand import take

pytestmark = pytest.mark.django_db

KEEPS_ITS_HOURS = "Sa tournée garde les heures d&#x27;avant"


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def hand(routing_dir, settings, monkeypatch):
    settings.ROUTING_DIR = routing_dir
    monkeypatch.setattr("patrols.views.drafts.timezone.now", lambda: at(12))
    return take(build_town(), routing_dir)


@pytest.fixture
def client(hand) -> PoliceClient:
    return PoliceClient()


def national(hand) -> Client:
    return let_in(Client(), build_account(hand.town, Role.NATIONAL_POLICE, login="26999-nationale"))


def send(client, url, **body):
    answer = client.post(url, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def test_a_plan_is_asked_for_and_followed(client, hand):
    status, asked = send(client, "/calculs/", day=f"{DAY}", seconds=2, shifts=[hand.town.shifts[0].pk])

    assert (status, asked["state"], asked["is_mine"]) == (201, "waiting", True)
    assert client.get(f"/calculs/{asked['id']}/").json() == asked
    assert client.get(f"/calculs/?jour={DAY}").json() == {"calculations": [asked]}
    assert Calculation.objects.get().asked_by.login == "26999-police"


def test_recent_break_ins_count_where_it_is_asked(client, hand):
    _, plain = send(client, "/calculs/", day=f"{DAY}")
    _, weighed = send(client, "/calculs/", day=f"{DAY}", weighs_facts=True)
    client.post("/calculs/", {"day": f"{DAY}", "kind": "afresh", "weighs_facts": "on"})

    assert [plain["weighs_facts"], weighed["weighs_facts"]] == [False, True]
    assert weighed["id"] != plain["id"]
    assert Calculation.objects.get(kind="afresh").weighs_facts


def test_the_rest_of_a_plan_counts_what_the_plan_does(client, hand):
    _, asked = send(
        client, "/calculs/", day=f"{DAY}", kind="rest", base=make_version(hand.fresh()).pk, weighs_facts=True
    )

    assert not asked["weighs_facts"]


def test_the_rest_of_a_shift_is_not_searched_for_as_long_as_a_day(client, hand):
    version = make_version(hand.fresh())

    _, asked = send(client, "/calculs/", day=f"{DAY}", kind="rest", base=version.pk, seconds=10)

    assert Calculation.objects.get(pk=asked["id"]).seconds == REST_SECONDS


def test_a_calculation_is_stopped(client, hand):
    _, asked = send(client, "/calculs/", day=f"{DAY}")

    status, _ = send(client, f"/calculs/{asked['id']}/arreter/")

    assert status == 200
    assert Calculation.objects.get().cancel_asked_at is not None


def test_a_form_without_script_leads_back_to_the_day(client, hand):
    answer = client.post("/calculs/", {"day": f"{DAY}", "seconds": "5"})

    assert (answer.status_code, answer["Location"]) == (302, f"/jour/?jour={DAY}")
    assert Calculation.objects.get().seconds == 5


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"day": "demain"}, "n'est pas une date"),
        ({}, "Donnez le jour"),
        ({"day": f"{DAY}", "seconds": 9000}, "cinq minutes"),
        ({"day": f"{DAY}", "shifts": "un"}, "ne sont pas compris"),
        ({"day": f"{DAY}", "delays": {"1": 9999}}, "de 0 à 480"),
        ({"day": "2031-01-01"}, "Saisissez les vacations"),
        ({"day": f"{DAY}", "kind": "rest"}, "calculez d'abord"),
        ({"day": f"{DAY}", "service": "national"}, "l'autre service"),
    ],
)
def test_what_cannot_be_computed_is_refused_in_words(client, hand, body, told):
    status, answer = send(client, "/calculs/", **body)

    assert (status, answer["kind"]) == (400, "refused")
    assert told in answer["error"]
    assert not Calculation.objects.exists()


def test_what_is_not_json_is_refused_in_words(client, hand):
    answer = client.post(f"/plans/{hand.plan.pk}/essai/", "{", content_type="application/json")

    assert (answer.status_code, answer.json()["kind"]) == (400, "refused")


def test_a_day_is_changed_published_and_compared_under_the_walls(client, hand):
    plan, stop = hand.plan.pk, Stop.objects.filter(route__plan=hand.plan).first()
    visit = {"absence": stop.absence_id, "number": stop.visit_number}

    status, tried = send(client, f"/plans/{plan}/essai/", act="lock", **visit)
    assert (status, tried["is_allowed"], tried["revision"]) == (200, True, 1)
    status, done = send(client, f"/plans/{plan}/changer/", act="lock", revision=1, **visit)
    assert (status, done["revision"]) == (200, 2)
    status, published = send(client, f"/plans/{plan}/publier/", revision=2, over=None)
    assert (status, published) == (200, {"version": 1})
    status, begun = send(client, f"/plans/{plan}/brouillon/")
    assert (status, begun["revision"]) == (201, 1)
    draft = begun["plan"]
    build_stay(Plan.objects.get(pk=plan).routes.get(shift__crew__name="Alpha"), after_stop=0, arrives_at=at(18))
    send(client, f"/plans/{draft}/changer/", act="exclude", revision=1, absence=stop.absence_id)
    told = client.get(f"/plans/{draft}/difference/{plan}/").json()
    assert {visit["absence"] for visit in told["removed"]} == {stop.absence_id}
    [stay] = told["stays"]["removed"]
    assert (stay["street"], stay["crew"], stay["starts_at"]) == ("Rue du Moulin", "Alpha", "2026-08-12T16:00:00Z")
    assert (told["stays"]["added"], told["stays"]["moved"], told["stays"]["retimed"]) == ([], [], [])
    state = client.get(f"/plans/{draft}/etat/?depuis=1").json()
    made = [(each["is_mine"], each["by_role"]) for each in state["changes"]]
    assert made == [(True, "correspondant de police municipale")]
    assert (state["can_undo"], state["latest"], state["latest_version"]) == (True, draft, 1)
    assert any(omission["by_hand"] for omission in state["omissions"])
    status, undone = send(client, f"/plans/{draft}/annuler/", revision=2)
    assert (status, undone["revision"], undone["can_undo"]) == (200, 3, False)


def test_the_second_of_two_correspondents_is_told_what_the_first_did(client, hand):
    plan, stop = hand.plan.pk, Stop.objects.filter(route__plan=hand.plan).first()
    lock = {"act": "lock", "absence": stop.absence_id, "number": stop.visit_number, "revision": 1}
    send(client, f"/plans/{plan}/changer/", **lock)

    status, refused = send(national(hand), f"/plans/{plan}/changer/", **lock)

    assert (status, refused["kind"], refused["revision"]) == (409, "changed", 2)
    assert "verrouillé" in refused["error"]


def test_a_broken_rule_is_told_with_its_status(client, hand):
    stop = Stop.objects.filter(route__plan=hand.plan).first()
    other = next(shift for shift in hand.town.shifts if shift.pk != stop.route.shift_id)
    other.crew.excluded_absences.add(stop.absence)
    move = {"act": "move", "absence": stop.absence_id, "number": stop.visit_number, "shift": other.pk, "place": 1}

    status, told = send(client, f"/plans/{hand.plan.pk}/changer/", revision=1, **move)

    assert (status, told["is_allowed"]) == (422, False)
    assert told["broken"][0]["absence"] == stop.absence_id


def test_a_change_to_a_version_begins_a_draft_with_it(client, hand):
    version = make_version(hand.fresh())

    status, done = send(client, f"/plans/{version.pk}/changer/", act="exclude", absence=hand.town.absences[0].pk)

    draft = Plan.objects.get(base=version)
    assert (status, done["plan"], done["revision"]) == (200, draft.pk, draft.revision)
    assert [edit.kind for edit in draft.edits.all()] == ["exclude"]


def test_a_change_to_a_version_that_is_refused_leaves_no_draft(client, hand):
    version = make_version(hand.fresh())
    stop = Stop.objects.filter(route__plan=version).first()
    other = next(shift for shift in hand.town.shifts if shift.pk != stop.route.shift_id)
    other.crew.excluded_absences.add(stop.absence)
    visit = {"absence": stop.absence_id, "number": stop.visit_number}

    broken, _ = send(client, f"/plans/{version.pk}/changer/", act="move", shift=other.pk, place=1, **visit)
    unknown, _ = send(client, f"/plans/{version.pk}/changer/", act="force", **visit)

    assert (broken, unknown) == (422, 400)
    assert list(Plan.objects.all()) == [version]


def test_a_change_to_a_draft_says_from_which_revision(client, hand):
    status, _ = send(client, f"/plans/{hand.plan.pk}/changer/", act="exclude", absence=hand.town.absences[0].pk)

    assert (status, hand.fresh().revision) == (400, 1)


def test_a_draft_that_was_published_meanwhile_is_told_as_a_version(client, hand):
    make_version(hand.fresh())
    change = {"act": "exclude", "absence": hand.town.absences[0].pk, "revision": 1}

    status, told = send(client, f"/plans/{hand.plan.pk}/changer/", **change)

    assert (status, told["kind"]) == (409, "published")
    assert Plan.objects.count() == 1


def test_the_joint_plan_is_changed_by_either_police_and_says_by_which(client, hand):
    stop = Stop.objects.filter(route__plan=hand.plan, route__shift__crew__service="municipal").first()
    lock = {"act": "lock", "absence": stop.absence_id, "number": stop.visit_number, "revision": 1}

    status, _ = send(national(hand), f"/plans/{hand.plan.pk}/changer/", **lock)

    assert status == 200
    told = client.get(f"/plans/{hand.plan.pk}/etat/?depuis=1").json()["changes"]
    assert [each["by_role"] for each in told] == ["correspondant de police nationale"]


@pytest.fixture
def passed(hand, monkeypatch):
    """A passage by Bravo at a home of Alpha's, before Alpha has begun."""
    stop = Stop.objects.filter(route__plan=hand.plan, route__shift=hand.town.shifts[0]).first()
    Shift.objects.filter(pk=hand.town.shifts[0].pk).update(starts_at=at(18, 5))
    monkeypatch.setattr("patrols.views.drafts.timezone.now", lambda: at(18, 4))
    return build_passage(absence=stop.absence, crew=hand.town.crews[1], done_at=at(18, 2))


def test_a_plan_with_a_stop_that_is_gone_is_refused_then_published_without_it(client, hand, passed):
    url = f"/plans/{hand.plan.pk}/publier/"

    status, refused = send(client, url, revision=1)

    assert (status, refused["kind"]) == (409, "gone")
    assert [each["absence"] for each in refused["gone"]] == [passed.absence_id]
    assert "l'équipage Bravo y est passé à" in refused["gone"][0]["sentence"]
    assert AuditEntry.objects.get(action="passage.crew_identity").ids == [str(passed.pk)]
    assert AuditEntry.objects.filter(action="passage.time").exists()
    assert send(client, url, revision=1, withdraw=True) == (200, {"version": 1})
    assert not Stop.objects.filter(route__plan=hand.plan, absence=passed.absence).exists()


def test_the_national_police_are_told_when_somebody_passed_and_not_who(hand, passed):
    _, refused = send(national(hand), f"/plans/{hand.plan.pk}/publier/", revision=1)

    assert "un passage y a été fait à" in refused["gone"][0]["sentence"]
    assert not AuditEntry.objects.filter(action="passage.crew_identity").exists()


def test_a_form_without_script_is_offered_to_withdraw_what_is_gone(client, hand, passed):
    publish = {"revision": "1", "over": ""}

    answer = client.post(f"/plans/{hand.plan.pk}/publier/", publish, follow=True)

    assert answer.request["QUERY_STRING"] == f"jour={DAY}&retirer=1"
    page = answer.content.decode()
    assert "y est passé à" in page
    assert "Retirer et publier" in page
    client.post(f"/plans/{hand.plan.pk}/publier/", {**publish, "withdraw": "1"})
    assert Plan.objects.get().version == 1


def test_a_plan_of_one_service_is_not_changed_by_the_other(client, hand):
    Plan.objects.update(service="national")

    status, refused = send(client, f"/plans/{hand.plan.pk}/publier/", revision=1)

    assert (status, "l'autre service" in refused["error"]) == (400, True)


def test_a_poll_that_finds_nothing_new_is_short(client, hand):
    assert "rounds" not in client.get(f"/plans/{hand.plan.pk}/etat/?depuis=1").json()


def test_who_changes_the_hours_of_a_crew_that_has_a_round_is_told_that_it_keeps_its_own(client, hand):
    crew, depot = hand.town.crews[0].pk, hand.town.depot.pk
    said = {"crew": crew, "begins": "17:00", "ends": "22:00", "depot": depot}

    changed = client.post(f"/vacations/{hand.town.shifts[0].pk}/", said, follow=True)

    assert KEEPS_ITS_HOURS in changed.content.decode()


def test_shifts_are_listed_entered_changed_and_taken_away(client, hand):
    crew, depot = hand.town.crews[0].pk, hand.town.depot.pk
    said = {"crew": crew, "begins": "08:00", "ends": "12:00", "depot": depot}

    added = client.post(f"/vacations/ajouter/?jour={DAY}", said)
    assert (added.status_code, added["Location"]) == (302, f"/vacations/?jour={DAY}")
    shift = Shift.objects.get(starts_at=at(8))
    assert "8\N{NO-BREAK SPACE}h" in client.get(f"/vacations/?jour={DAY}").content.decode()
    changed = client.post(f"/vacations/{shift.pk}/", {**said, "ends": "11:00"}, follow=True)
    assert KEEPS_ITS_HOURS not in changed.content.decode()
    shift.refresh_from_db()
    assert shift.ends_at == at(11)
    client.post(f"/vacations/{shift.pk}/retirer/")
    assert not Shift.objects.filter(pk=shift.pk).exists()


def test_a_shift_refused_says_why_at_its_field(client, hand):
    said = {"crew": hand.town.crews[0].pk, "begins": "19:00", "ends": "20:00", "depot": hand.town.depot.pk}

    page = client.post(f"/vacations/ajouter/?jour={DAY}", said).content.decode()

    assert "travaille déjà" in page


def test_a_service_changes_no_shift_of_the_other(client, hand):
    bravo = hand.town.shifts[1]

    assert client.get(f"/vacations/{bravo.pk}/").status_code == 404
    assert client.post(f"/vacations/{bravo.pk}/retirer/").status_code == 404
    assert Shift.objects.filter(pk=bravo.pk).exists()


def test_the_week_before_is_repeated_by_a_button(client, hand):
    client.post("/vacations/comme-avant/", {"jour": "2026-08-19"})

    assert list(Shift.objects.of_day(hand.town.commune, at(12).date().replace(day=19))) != []


def test_a_week_that_was_repeated_already_says_so(client, hand):
    client.post("/vacations/comme-avant/", {"jour": "2026-08-19"})

    again = client.post("/vacations/comme-avant/", {"jour": "2026-08-19"}, follow=True).content.decode()

    assert "ces équipages ont déjà leurs vacations ce jour" in again
    assert "0\N{NO-BREAK SPACE}vacation" not in again
