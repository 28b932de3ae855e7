import datetime as dt

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone

from accounts import audit, scope
from accounts.audit import Reason
from accounts.models import AuditEntry
from accounts.roles import Role
from accounts.services.extract import extract
from accounts.services.purge import purge_rows
from accounts.unsealing import unseal
from geo.models import WGS84, Street
from reports.choices import Kind, PlaceKind, Rejection, State
from reports.errors import AlreadyDealtWith, AuthorsWords, NoStreetNear, NotThatHour, TextRefused
from reports.models import Answer, AuthorSeal, Relay, Report, ReportCount, ReportStep, Telling
from reports.models.counts import first_month_of_reports, read_reports
from reports.services import relaying, telling
from reports.services.placing import place as find_place
from reports.services.telling import Told
from tests.access.people import Place, build_place
from tests.patrols.phone.phones import on_behalf_of
from tests.reports.telling import AN_HOUR, build_relayed, build_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_keys")]

TEXT = "La vitre de l'abribus est cassée."
SPOT = Point(4.884, 44.9302, srid=WGS84)
MONTHS_6 = 183


@pytest.fixture
def town(settings) -> Place:
    settings.COMMUNE_INSEE = "26999"
    return build_place()


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


def tell(town: Place, now: dt.datetime, **changed: object) -> Report:
    """Tell a report as the vigilant of the first sector, behind the walls."""
    said = told(town, now, **changed)
    with on_behalf_of(town.person(Role.VIGILANT)):
        return telling.tell(said, sector=town.sectors[0], now=now)


def told(town: Place, now: dt.datetime, **changed: object) -> Told:
    spot = find_place(town.town.commune, PlaceKind.SPOT, SPOT)
    return Told(**{"kind": Kind.DAMAGE, "happened_at": now, "place": spot, "text": TEXT, **changed})


def test_a_report_is_told_with_whole_hours_a_drawn_number_and_its_street(town, now):

    report = tell(town, now)

    kept = Report.objects.get(pk=report.pk)
    hour = now.replace(minute=0, second=0, microsecond=0)
    assert (kept.told_at, kept.happened_at, kept.state, kept.is_spoken) == (hour, hour, State.TOLD, False)
    # The point is 22 m north of the middle of no stretch: the Rue des Lilas runs from 4.880 to 4.900.
    assert (kept.street_name, round(kept.street_point.x, 6), round(kept.street_point.y, 6)) == (
        "Rue des Lilas",
        4.89,
        44.93,
    )
    assert (kept.point.x, kept.place_name) == (SPOT.x, "")
    assert len(kept.number) == 8
    pairs = [kept.number[at : at + 2] for at in (0, 2, 4, 6)]
    assert kept.spoken_number.split("\xa0") == pairs
    assert unseal(kept.telling, "text", reason=Reason.OWN_DATA) == {"text": TEXT}
    with on_behalf_of(town.person(Role.VIGILANT)):
        assert telling.list_mine() == [kept]
    with on_behalf_of(town.person(Role.REFERENT)):
        assert telling.list_mine() == []


def test_nothing_but_the_seal_leads_from_a_report_to_its_author(town, now):
    author = town.accounts[Role.VIGILANT].pk

    report = tell(town, now)

    assert list(AuthorSeal.objects.values_list("report", "account")) == [(report.pk, author)]
    assert ReportStep.objects.count() == 0
    entries = AuditEntry.objects.filter(action__in=["report.create", "telling.update"])
    hour = now.replace(minute=0, second=0, microsecond=0)
    assert {(entry.stream, entry.at) for entry in entries} <= {("authors", hour), ("authors", hour + AN_HOUR)}
    assert entries.count() == 2
    assert not AuditEntry.objects.filter(stream=f"account:{author}").exists()


def test_after_an_act_as_author_ones_acts_are_ones_own_again(town, now):
    with on_behalf_of(town.person(Role.VIGILANT)):
        with scope.as_author():
            audit.record("report.status")
        audit.record("report.sector")

    assert AuditEntry.objects.get(action="report.status").stream == "authors"
    entry = AuditEntry.objects.get(action="report.sector")
    assert entry.stream == f"account:{town.accounts[Role.VIGILANT].pk}"


def test_an_author_that_fails_is_not_left_unnamed(town, now):
    with on_behalf_of(town.person(Role.VIGILANT)):
        with pytest.raises(NotThatHour), scope.as_author():
            raise NotThatHour
        audit.record("report.sector")

    entry = AuditEntry.objects.get(action="report.sector")
    assert entry.stream == f"account:{town.accounts[Role.VIGILANT].pk}"


REFUSED_TEXTS = {
    "a name": "C'est Jean Dupont.",
    "nothing": " \n ",
    "too long": "a" * 501,
    "a megabyte": "a " * 500_000,
    "a bell": "Vitre\x07 cassée",
    "a zero": "Vitre\x00 cassée",
    "an escape": "Vitre \x1b[31mcassée",
    "right to left": "Vitre \u202ecassée",
    "isolated": "Vitre \u2066cassée\u2069",
    "nothing wide": "Vit\u200bre cassée",
    "private": "Vitre \ue000 cassée",
}


@pytest.mark.parametrize("text", REFUSED_TEXTS.values(), ids=REFUSED_TEXTS)
def test_a_text_that_is_refused_is_kept_nowhere_and_told_in_no_message(town, now, text, caplog):
    with pytest.raises(TextRefused) as refusal:
        tell(town, now, text=text)

    assert "Dupont" not in str(refusal.value) + caplog.text
    assert [model.objects.count() for model in (Report, Telling, AuthorSeal, AuditEntry)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "=HYPERLINK(A1)", "Vitre cassée 👩‍🔧 ⚠️", "Une ligne\nune autre"],
    ids=["HTML", "formula", "emoji", "two lines"],
)
def test_a_text_that_harms_nobody_is_kept_as_it_is(town, now, text):
    report = tell(town, now, text=text)

    assert unseal(report.telling, "text", reason=Reason.OWN_DATA) == {"text": text}


def test_a_fact_to_come_or_too_old_is_refused(town, now):
    noon = timezone.localtime(now).replace(hour=12)
    for moment, words in (
        (noon + dt.timedelta(hours=12), "Ce jour est encore à venir"),
        (noon + AN_HOUR, "Cette heure est encore à venir"),
        (noon - telling.MAX_AGE - 2 * AN_HOUR, "trente jours"),
    ):
        with pytest.raises(NotThatHour, match=words):
            tell(town, noon, happened_at=moment)


def test_without_a_street_there_is_no_place(town):
    Street.objects.all().delete()
    with pytest.raises(NoStreetNear):
        find_place(town.town.commune, PlaceKind.SPOT, SPOT)


def test_a_number_that_is_taken_is_drawn_again(town, now, monkeypatch):
    build_report(town.sectors[0], number="00000007")
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(telling.secrets, "randbelow", lambda most: next(drawn))

    assert tell(town, now).number == "00000008"


def test_a_referent_enters_what_a_resident_said_and_no_author_is_sealed(town, now):
    referent = town.accounts[Role.REFERENT]
    said = told(town, now)
    with on_behalf_of(town.person(Role.REFERENT)):
        report = telling.enter(said, sector=town.sectors[0], by=referent, now=now)

    assert (report.is_spoken, AuthorSeal.objects.count()) == (True, 0)
    assert list(report.steps.values_list("act", "by_role", "taken_by")) == [("entered", "referent", referent.pk)]
    assert AuditEntry.objects.get(action="report.create").stream == f"account:{referent.pk}"


def test_what_was_not_relayed_is_taken_back_whole(town):
    author = town.accounts[Role.VIGILANT]
    report = build_report(town.sectors[0], author=author)
    with on_behalf_of(town.person(Role.REFERENT)):
        relaying.answer(report, "La mairie est prévenue.", by=town.accounts[Role.REFERENT], now=timezone.now())

    with on_behalf_of(town.person(Role.VIGILANT)):
        telling.withdraw(report)

    left = [model.objects.count() for model in (Report, Telling, Answer, ReportStep, AuthorSeal)]
    assert left == [0, 0, 0, 0, 0]
    assert AuditEntry.objects.get(action="report.delete").stream == "authors"


def test_once_relayed_the_referents_words_stay_without_ones_own_and_without_a_seal(town):
    report = build_relayed(town.sectors[0], author=town.accounts[Role.VIGILANT], by=town.accounts[Role.REFERENT])

    with on_behalf_of(town.person(Role.VIGILANT)):
        telling.withdraw(report)

    assert [model.objects.count() for model in (Report, Relay, Telling, AuthorSeal)] == [1, 1, 0, 0]


@pytest.fixture
def waiting(town) -> Report:
    return build_report(town.sectors[0], author=town.accounts[Role.VIGILANT])


def test_a_referent_relays_in_words_of_their_own(town, waiting, now):
    referent = town.accounts[Role.REFERENT]
    with on_behalf_of(town.person(Role.REFERENT)):
        relaying.relay(waiting, "Vitre d'abribus à vérifier.", by=referent, now=now)

    kept = Report.objects.get()
    assert (kept.state, kept.relayed_at, kept.ended_at) == (State.NEW, now, None)
    assert unseal(kept.relay, "text", reason=Reason.REPORT) == {"text": "Vitre d'abribus à vérifier."}
    assert unseal(kept.telling, "text", reason=Reason.REPORT) == {"text": "Une vitre est cassée."}
    assert list(kept.steps.values_list("act", "taken_by")) == [("relayed", referent.pk)]


@pytest.mark.parametrize("text", ["Une vitre est cassée.", " une VITRE est\ncassee!", "Une vitre, est… cassée"])
def test_the_authors_own_words_are_not_relayed(town, waiting, now, text):
    with on_behalf_of(town.person(Role.REFERENT)), pytest.raises(AuthorsWords):
        relaying.relay(waiting, text, by=town.accounts[Role.REFERENT], now=now)

    assert (Report.objects.get().state, Relay.objects.count()) == (State.TOLD, 0)


def test_what_a_referent_wrote_down_is_theirs_to_relay(town, now):
    spoken = build_report(town.sectors[0])
    with on_behalf_of(town.person(Role.REFERENT)):
        relaying.relay(spoken, "Une vitre est cassée.", by=town.accounts[Role.REFERENT], now=now)

    assert Report.objects.get().state == State.NEW


def test_a_referent_answers_or_rejects_with_a_reason_and_it_ends(town, now):
    referent = town.accounts[Role.REFERENT]
    answered, rejected = (build_report(town.sectors[0]) for _ in range(2))
    with on_behalf_of(town.person(Role.REFERENT)):
        relaying.answer(answered, "La mairie est prévenue.", by=referent, now=now)
        relaying.reject(rejected, Rejection.UNCLEAR, "Précisez la rue.", by=referent, now=now)

    ends = Report.objects.order_by("number").values_list("state", "ended_at", "rejection")
    assert list(ends) == [("answered", now, ""), ("rejected", now, "unclear")]
    assert set(Answer.objects.values_list("audience", flat=True)) == {"author"}


def test_an_answer_to_what_the_police_have_leaves_it_with_them(town, now):
    report = build_relayed(town.sectors[0], by=town.accounts[Role.REFERENT])
    with on_behalf_of(town.person(Role.REFERENT)):
        relaying.answer(report, "La police a le signalement.", by=town.accounts[Role.REFERENT], now=now)

    assert Report.objects.get().state == State.NEW


def test_of_two_referents_the_second_is_told_that_somebody_dealt_with_it(town, waiting, now):
    referent = town.accounts[Role.REFERENT]
    second = Report.objects.get()
    relaying.relay(waiting, "Vitre à vérifier.", by=referent, now=now)

    for act in (
        lambda: relaying.relay(second, "Vitre à vérifier.", by=referent, now=now),
        lambda: relaying.answer(second, "Merci.", by=referent, now=now),
        lambda: relaying.reject(second, Rejection.UNCLEAR, "Merci.", by=referent, now=now),
    ):
        with pytest.raises(AlreadyDealtWith):
            act()
    assert (Relay.objects.count(), Answer.objects.count(), ReportStep.objects.count()) == (1, 0, 1)


@pytest.mark.parametrize("act", ["relay", "answer", "reject"])
def test_what_a_referent_writes_is_read_by_the_guard_too(town, waiting, now, act):
    given = (waiting, Rejection.UNCLEAR) if act == "reject" else (waiting,)
    with pytest.raises(TextRefused):
        getattr(relaying, act)(*given, "C'est Jean Dupont.", by=town.accounts[Role.REFERENT], now=now)

    assert Report.objects.get().state == State.TOLD


def days_ago(days: int) -> dt.datetime:
    return telling.hour_of(timezone.now()) - dt.timedelta(days=days)


def test_a_report_leaves_after_six_months_counted_with_its_seal(town):
    author, referent = town.accounts[Role.VIGILANT], town.accounts[Role.REFERENT]
    long_ago = days_ago(MONTHS_6 + 1)
    old = {"told_at": long_ago, "happened_at": long_ago, "kind": Kind.NOISE, "author": author}
    answered = long_ago + 3 * AN_HOUR
    build_relayed(town.sectors[0], by=referent, **{**old, "relayed_at": answered})
    build_report(town.sectors[0], **old)
    kept = build_report(town.sectors[0], author=author, told_at=days_ago(MONTHS_6 - 1), happened_at=days_ago(190))

    assert purge_rows(Report, timezone.localdate()) == 2

    assert list(Report.objects.all()) == [kept]
    assert list(AuthorSeal.objects.values_list("report", flat=True)) == [kept.pk]
    (count,) = ReportCount.objects.values_list("kind", "told", "relayed", "answered", "answer_hours", "month")
    month = timezone.localdate(long_ago).replace(day=1)
    assert count == ("noise", 2, 1, 1, 3, month)


def test_the_same_month_is_added_to(town):
    old = {"told_at": days_ago(MONTHS_6 + 1), "happened_at": days_ago(MONTHS_6 + 1)}
    for _ in range(2):
        build_report(town.sectors[0], **old)
        purge_rows(Report, timezone.localdate())

    assert list(ReportCount.objects.values_list("told", "answered", "answer_hours")) == [(2, 0, 0)]


def test_reports_kept_and_erased_are_counted_by_the_month_of_paris(town):
    # 23 h of the last of January in Greenwich is the first of February in Paris.
    late = dt.datetime(2026, 1, 31, 23, tzinfo=dt.UTC)
    noise = {"told_at": late, "happened_at": late, "kind": Kind.NOISE}
    build_report(town.sectors[0], **noise)
    purge_rows(Report, timezone.localdate(late) + dt.timedelta(days=MONTHS_6 + 2))
    build_report(town.sectors[0], **noise)
    build_report(town.sectors[1], told_at=late - AN_HOUR, happened_at=late - AN_HOUR)

    february, january = dt.date(2026, 2, 1), dt.date(2026, 1, 1)
    told = [(each.sector_id, each.month, each.kind, each.told) for each in read_reports("26999", None, None)]
    first, second = (sector.pk for sector in town.sectors[:2])
    assert told == [(second, january, "damage", 1), (first, february, "noise", 2)]
    assert [each.month for each in read_reports("26999", february, dt.date(2026, 2, 28))] == [february]
    assert first_month_of_reports("26999") == january
    assert first_month_of_reports("38001") is None


def test_a_seal_breaks_thirty_days_after_the_end_or_with_its_report(town):
    author = town.accounts[Role.VIGILANT]
    ended = {"state": State.ANSWERED, "told_at": days_ago(60), "happened_at": days_ago(60), "author": author}
    build_report(town.sectors[0], **ended, ended_at=days_ago(31))
    fresh = build_report(town.sectors[0], **ended, ended_at=days_ago(29))
    open_still = build_report(town.sectors[0], author=author, told_at=days_ago(60), happened_at=days_ago(60))

    purge_rows(AuthorSeal, timezone.localdate())

    assert set(AuthorSeal.objects.values_list("report", flat=True)) == {fresh.pk, open_still.pk}
    assert Report.objects.count() == 3


def test_ones_extract_holds_ones_reports_and_ones_log_does_not(town):
    author = town.accounts[Role.VIGILANT]
    report = build_relayed(town.sectors[0], author=author, by=town.accounts[Role.REFERENT])
    build_report(town.sectors[0], text="Un autre fait, d'un autre.")

    with on_behalf_of(town.person(Role.VIGILANT)):
        told = extract(author)

    rows = {table.title: [dict(row) for row in table.rows] for each in told.processings for table in each.tables}
    (row,) = rows["Signalements"]
    assert (row["Référence"], row["Nature"], row["Position"]) == (report.pk, "Dégradation", "44.93010, 4.88400")
    assert [row["Texte"] for row in rows["Textes d'origine des signalements"]] == ["Une vitre est cassée."]
    assert [row["Texte"] for row in rows["Réponses aux signalements"]] == ["Merci."]
    opened = AuditEntry.objects.filter(reason=Reason.DATA_SUBJECT_REQUEST, ids__contains=[str(report.pk)])
    assert set(opened.values_list("stream", flat=True)) == {"authors"}


@pytest.mark.parametrize("role", [Role.REFERENT, Role.MUNICIPAL_POLICE])
def test_nobody_elses_extract_holds_them(town, role):
    build_relayed(town.sectors[0], author=town.accounts[Role.VIGILANT], by=town.accounts[Role.REFERENT])

    with on_behalf_of(town.person(role)):
        told = extract(town.accounts[role])

    rows = {table.title: table.rows for each in told.processings for table in each.tables}
    assert [rows[title] for title in ("Signalements", "Textes relayés des signalements")] == [(), ()]
    assert len(rows["Suites des signalements"]) == (1 if role is Role.REFERENT else 0)
