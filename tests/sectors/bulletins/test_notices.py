import datetime as dt

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import Account, AuditEntry, Grant
from accounts.roles import Role
from accounts.services.identities import identify
from sectors.errors import NotAllTold
from sectors.models import BulletinNotice
from sectors.services.bulletins.notices import MOST_ATTEMPTS, tell_referents
from tests.access.people import SINCE, Place, build_account
from tests.sectors.bulletins.messages import SUBJECT, draft_for, send_to

pytestmark = pytest.mark.django_db

ADDRESS = "zoe.canari@exemple.fr"
State = BulletinNotice.State
TODAY = timezone.localdate()


@pytest.fixture(autouse=True)
def mail_server(settings) -> None:
    settings.EMAIL_HOST, settings.SITE_ADDRESS = "smtp.exemple.fr", "https://ronde.exemple.fr/"


@pytest.fixture
def referent(place: Place) -> Account:
    account = place.accounts[Role.REFERENT]
    identify(account, name="Zoé Canari", email=ADDRESS)
    return account


def states() -> list[str]:
    return list(BulletinNotice.objects.order_by("pk").values_list("state", flat=True))


def appoint(place: Place, login: str, sector: int, valid: DateRange) -> Account:
    account = build_account(place.town, login=login)
    _grant(place, account, sector, valid)
    identify(account, name=login, email=f"{login}@exemple.fr")
    return account


def _grant(place: Place, account: Account, sector: int, valid: DateRange) -> None:
    where = {"commune": place.town.commune, "sector": place.sectors[sector]}
    Grant.objects.create(account=account, role=Role.REFERENT, valid=valid, **where)


def test_each_referent_is_told_once_and_nothing_of_the_message(place, referent, sent, mailoutbox):
    for _ in range(2):
        tell_referents(sent.pk, today=TODAY)

    (notice,) = mailoutbox
    assert notice.to == [ADDRESS]
    said = str(notice.message())
    assert "https://ronde.exemple.fr/" in notice.body
    assert not any(word in said + notice.body + notice.subject for word in (SUBJECT, "Lilas", "Canari,", "agents"))
    assert states() == [State.SENT]
    entry = AuditEntry.objects.get(action="identity.email")
    assert (entry.stream, entry.reason) == ("job:bulletin.notices", "notice")


def test_a_referent_of_two_sectors_is_told_once_and_those_of_other_sectors_are_not(place, referent, mailoutbox):
    always = DateRange(SINCE, None)
    _grant(place, referent, 1, always)
    appoint(place, "ailleurs", 2, always)
    bulletin = send_to(place, *place.sectors[:2])

    tell_referents(bulletin.pk, today=TODAY)

    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]
    assert BulletinNotice.objects.get().sector == place.sectors[0]


def test_who_is_referent_no_more_or_whose_account_is_closed_is_not_told(place, referent, sent, mailoutbox):
    yesterday = TODAY - dt.timedelta(days=1)
    appoint(place, "parti", 0, DateRange(SINCE, yesterday))
    # From the day after: a sector has two at once.
    closed = appoint(place, "ferme", 0, DateRange(yesterday, None))
    Account.objects.filter(pk=closed.pk).update(is_active=False, disabled_at=timezone.now())

    tell_referents(sent.pk, today=TODAY)

    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]


def test_an_account_without_address_is_said_to_police_and_to_its_holder(place, sent, login_as, mailoutbox):
    tell_referents(sent.pk, today=TODAY)

    assert (states(), mailoutbox) == ([State.NO_ADDRESS], [])
    desk, referent = (login_as(role) for role in (Role.NATIONAL_POLICE, Role.REFERENT))
    assert "1 sans adresse électronique" in desk.get(f"/messages/{sent.pk}/").content.decode()
    assert "Votre compte n'a pas d'adresse électronique" in referent.get("/messages/").content.decode()


@pytest.mark.parametrize("server", ["Away", "Refusing"])
def test_what_a_server_refuses_is_tried_again_and_told_to_no_log(
    referent, sent, settings, mailoutbox, caplog, capfd, server
):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"tests.sectors.bulletins.mail_servers.{server}"
    with pytest.raises(NotAllTold) as refusal:
        tell_referents(sent.pk, today=TODAY)
    assert states() == [State.FAILED]
    assert ADDRESS not in "\n".join([caplog.text, *capfd.readouterr(), str(refusal.value)])

    settings.EMAIL_BACKEND = working
    tell_referents(sent.pk, today=TODAY)

    assert (states(), len(mailoutbox)) == ([State.SENT], 1)


def test_after_the_last_attempt_the_failure_stays_and_is_said(referent, sent, settings, login_as):
    settings.EMAIL_BACKEND = "tests.sectors.bulletins.mail_servers.Away"
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(NotAllTold):
            tell_referents(sent.pk, today=TODAY)
    for _ in range(2):
        tell_referents(sent.pk, today=TODAY)

    assert list(BulletinNotice.objects.values_list("state", "attempts")) == [(State.FAILED, MOST_ATTEMPTS)]
    page = login_as(Role.MUNICIPAL_POLICE).get(f"/messages/{sent.pk}/").content.decode()
    assert "1 échec de l&#x27;envoi" in page


def test_what_broke_off_in_the_middle_may_have_left_and_is_not_sent_again(referent, sent, settings, mailoutbox):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.sectors.bulletins.mail_servers.BreakingOff"
    tell_referents(sent.pk, today=TODAY)
    settings.EMAIL_BACKEND = working
    tell_referents(sent.pk, today=TODAY)

    assert (states(), mailoutbox) == ([State.DOUBTFUL], [])


def test_what_was_being_sent_when_the_worker_died_is_not_sent_again(place, referent, sent, mailoutbox):
    BulletinNotice.objects.create(
        bulletin=sent,
        sector=place.sectors[0],
        account=referent,
        state=State.SENDING,
        attempts=1,
        changed_at=timezone.now(),
    )

    tell_referents(sent.pk, today=TODAY)

    assert (states(), mailoutbox) == ([State.DOUBTFUL], [])


def test_without_a_mail_server_nobody_is_told_and_the_page_says_so(referent, sent, settings, login_as, mailoutbox):
    settings.EMAIL_HOST = ""

    tell_referents(sent.pk, today=TODAY)

    page = login_as(Role.MUNICIPAL_POLICE).get(f"/messages/{sent.pk}/").content.decode()
    assert (mailoutbox, "aucun serveur réglé" in page) == ([], True)


def test_a_draft_is_told_to_nobody(place, referent, mailoutbox):
    draft = draft_for(place, place.sectors[0])

    tell_referents(draft.pk, today=TODAY)

    assert (states(), mailoutbox) == ([], [])


def test_sending_puts_one_job_in_the_queue_which_the_workers_know(place, sent):
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, lock FROM procrastinate_jobs")
        ((task, arguments, lock),) = cursor.fetchall()

    assert task in app.tasks
    assert (arguments, lock) == (f'{{"bulletin": {sent.pk}}}', f"bulletin:{sent.pk}")
