import datetime as dt

import pytest
from django.utils import timezone

from accounts.audit import Reason
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.unsealing import unseal
from reports.choices import Category, Rejection, State
from reports.errors import AlreadyDealtWith, TextRefused
from reports.models import Answer, Report, ReportStep
from reports.services import triage
from reports.services.triage import Officer
from tests.access.people import Place
from tests.patrols.phone.phones import on_behalf_of
from tests.reports.telling import AN_HOUR, build_relayed, build_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

POLICE = (Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE)


@pytest.fixture
def report(place) -> Report:
    report = build_relayed(place.sectors[0], by=place.accounts[Role.REFERENT])
    Answer.objects.all().delete()
    return report


def officer(place: Place, role: Role = Role.MUNICIPAL_POLICE) -> Officer:
    return Officer(account=place.accounts[role], role=role, now=timezone.now())


def steps_of(report: Report) -> list[tuple[str, str]]:
    return list(report.steps.exclude(act="relayed").values_list("act", "by_role"))


@pytest.mark.parametrize("role", POLICE)
def test_police_take_a_report_qualify_answer_and_close_it(place, report, role):
    by = officer(place, role)
    with on_behalf_of(place.person(role)):
        triage.take(report, by)
        triage.categorise(report, Category.INCIVILITY, by)
        triage.answer(report, "Un équipage est passé.", by)
        triage.close(report, Category.OFFENCE, "", by)

    kept = Report.objects.get()
    assert (kept.state, kept.taken_at, kept.ended_at, kept.category) == ("closed", by.now, by.now, "offence")
    assert steps_of(report) == [(act, role) for act in ("taken", "categorised", "answered", "closed")]
    answer = Answer.objects.get()
    assert (answer.audience, answer.written_at) == ("referent", by.now)
    assert unseal(answer, "text", reason=Reason.REPORT) == {"text": "Un équipage est passé."}
    acts = AuditEntry.objects.filter(ids__contains=[str(report.pk)]).values_list("action", flat=True)
    assert {"report.take", "report.categorise", "report.answer", "report.close"} <= set(acts)


def test_a_report_is_closed_with_a_sentence_without_having_been_taken(place, report):
    with on_behalf_of(place.person(Role.MUNICIPAL_POLICE)):
        triage.close(report, Category.PREVENTION, "Rien à signaler.", officer(place))

    assert (Report.objects.get().state, Answer.objects.get().audience) == ("closed", "referent")


def test_a_report_is_rejected_with_a_reason_and_a_sentence_for_the_referent(place, report):
    with on_behalf_of(place.person(Role.MUNICIPAL_POLICE)):
        triage.reject(report, Rejection.UNCLEAR, "Précisez l'heure.", officer(place))

    kept = Report.objects.get()
    assert (kept.state, kept.rejection) == ("rejected", "unclear")
    assert Answer.objects.get().audience == "referent"


def test_a_patrol_is_wished_for_and_noted_or_taken_back(place, report):
    by = officer(place)
    with on_behalf_of(place.person(Role.MUNICIPAL_POLICE)):
        triage.ask_patrol(report, by)
        assert list(Report.objects.wishing_patrol()) == [report]
        triage.end_patrol(report, by, was_made=True)
        triage.ask_patrol(report, by)
        triage.end_patrol(report, by, was_made=False)

    assert not Report.objects.wishing_patrol().exists()
    assert [act for act, _ in steps_of(report)] == ["patrol_asked", "patrol_made", "patrol_asked", "patrol_off"]


def test_a_wish_ends_with_its_report(place, report):
    triage.ask_patrol(report, officer(place))
    triage.close(report, Category.PREVENTION, "", officer(place))

    assert not Report.objects.wishing_patrol().exists()


def test_what_has_ended_is_moved_no_more_and_still_answered(place, report):
    by = officer(place)
    triage.close(report, Category.PREVENTION, "", by)
    for act in (
        lambda: triage.take(report, by),
        lambda: triage.categorise(report, Category.OFFENCE, by),
        lambda: triage.close(report, Category.OFFENCE, "Vu.", by),
        lambda: triage.reject(report, Rejection.UNCLEAR, "Vu.", by),
        lambda: triage.ask_patrol(report, by),
        lambda: triage.end_patrol(report, by, was_made=True),
    ):
        with pytest.raises(AlreadyDealtWith):
            act()

    assert (Answer.objects.count(), ReportStep.objects.filter(act="closed").count()) == (0, 1)
    triage.answer(report, "Le banc est réparé.", by)
    assert Answer.objects.count() == 1


def test_what_waits_for_its_referent_is_not_for_the_police(place):
    waiting = build_report(place.sectors[0])
    with on_behalf_of(place.person(Role.MUNICIPAL_POLICE)), pytest.raises(AlreadyDealtWith):
        triage.close(waiting, Category.PREVENTION, "", officer(place))


@pytest.mark.parametrize("act", ["answer", "close", "reject"])
def test_what_the_police_write_is_read_by_the_guard_too(place, report, act):
    given = {"answer": (), "close": (Category.OFFENCE,), "reject": (Rejection.UNCLEAR,)}[act]
    with pytest.raises(TextRefused):
        getattr(triage, act)(report, *given, "C'est Jean Dupont.", officer(place))

    assert (Report.objects.get().state, Answer.objects.count()) == (State.NEW, 0)


def test_the_first_answer_is_what_the_police_wrote_first_or_the_end(place):
    sector, by = place.sectors[0], place.accounts[Role.REFERENT]
    relayed_at = timezone.now() - 5 * AN_HOUR
    waiting, answered, closed = (
        build_relayed(sector, by=by, relayed_at=relayed_at, number=f"0000000{n}") for n in range(3)
    )
    # build_relayed writes an answer to the author and one to the référent: the first of the police counts alone.
    Answer.objects.filter(report__in=[waiting, closed], audience="referent").delete()
    Answer.objects.filter(report=answered, audience="referent").update(written_at=relayed_at + 2 * AN_HOUR)
    late = {"state": "closed", "ended_at": relayed_at + 4 * AN_HOUR, "category": "offence"}
    Report.objects.filter(pk__in=[answered.pk, closed.pk]).update(**late)

    read = {report.pk: report for report in Report.objects.with_first_answer()}

    assert [read[each.pk].answered_s for each in (waiting, answered, closed)] == [None, 7200, 14400]
    assert [read[each.pk].waits_since for each in (waiting, answered, closed)] == [relayed_at, None, None]


def test_those_without_an_answer_since_a_moment(place):
    sector, by = place.sectors[0], place.accounts[Role.REFERENT]
    now = timezone.now()
    two_days_ago = now - dt.timedelta(days=2)
    old, fresh, answered = (
        build_relayed(sector, by=by, relayed_at=relayed_at, number=f"0000000{n}")
        for n, relayed_at in enumerate((two_days_ago, now, two_days_ago))
    )
    Answer.objects.filter(report__in=[old, fresh], audience="referent").delete()

    assert list(Report.objects.without_answer_since(now - dt.timedelta(days=1))) == [old]
    assert answered.state == State.NEW
