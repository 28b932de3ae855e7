"""What was done by mistake, or did not leave: a relay that is taken back, notices that are sent again."""

import datetime as dt

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import AuditEntry
from accounts.roles import Role
from sectors.models import Bulletin, BulletinNotice, BulletinRelay
from sectors.services.bulletins.notices import MOST_ATTEMPTS
from tests.sectors.bulletins.messages import SUBJECT, words

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

A_DAY = dt.timedelta(hours=24)
State = BulletinNotice.State


def relay(sent: Bulletin, referent, *means: str) -> str:
    page = f"/messages/{sent.pk}/"
    referent.post(f"{page}relayer/", {"means": means})
    return page


def test_a_relay_noted_by_mistake_is_taken_back_and_vigilants_read_the_message_no_more(login_as, sent):
    referent, vigilant = login_as(Role.REFERENT), login_as(Role.VIGILANT)
    page = relay(sent, referent, "poster")
    assert SUBJECT in words(vigilant.get(page))

    answer = words(referent.post(f"{page}relais/{BulletinRelay.objects.get().pk}/annuler/", follow=True))

    assert "Le relais est annulé." in answer
    assert not BulletinRelay.objects.exists()
    assert vigilant.get(page).status_code == 404
    assert AuditEntry.objects.filter(action="bulletin.undo_relay").count() == 1


def test_of_two_means_one_is_taken_back(login_as, sent):
    referent = login_as(Role.REFERENT)
    page = relay(sent, referent, "poster", "meeting")

    referent.post(f"{page}relais/{BulletinRelay.objects.get(means='poster').pk}/annuler/")

    assert [each.means for each in BulletinRelay.objects.all()] == ["meeting"]


def test_a_relay_is_taken_back_within_a_day_by_whoever_noted_it(login_as, place, sent):
    referent = login_as(Role.REFERENT)
    page = relay(sent, referent, "poster", "meeting")
    old, others = BulletinRelay.objects.order_by("pk")
    BulletinRelay.objects.filter(pk=old.pk).update(relayed_at=timezone.now() - A_DAY)
    BulletinRelay.objects.filter(pk=others.pk).update(account=place.accounts[Role.CLSPD])

    for each in (old, others):
        assert referent.post(f"{page}relais/{each.pk}/annuler/").status_code == 404
    assert "Un relais s'annule" not in words(referent.get(page)).replace("&#x27;", "'")
    assert BulletinRelay.objects.count() == 2


def notice(sent: Bulletin, place, state: State, attempts: int = MOST_ATTEMPTS) -> BulletinNotice:
    said = {"account": place.accounts[Role.REFERENT], "sector": place.sectors[0], "changed_at": timezone.now()}
    return BulletinNotice.objects.create(bulletin=sent, state=state, attempts=attempts, **said)


@pytest.mark.parametrize("state", [State.FAILED, State.NO_ADDRESS, State.NO_SERVER])
@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE])
def test_a_notice_that_did_not_leave_is_sent_again(login_as, place, sent, state, role):
    kept, desk = notice(sent, place, state), login_as(role)
    ProcrastinateJob.objects.all()._raw_delete("default")
    page = f"/messages/{sent.pk}/"
    assert "Renvoyer les avis non partis" in words(desk.get(page))

    assert "1 avis repart" in words(desk.post(f"{page}avis/renvoyer/", follow=True)).replace("\xa0", " ")

    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == (State.WAITING, 0)
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"bulletin": sent.pk}]
    assert AuditEntry.objects.filter(action="bulletin.notices_again").count() == 1


@pytest.mark.parametrize(
    ("state", "attempts"), [(State.SENT, 1), (State.DOUBTFUL, 1), (State.SENDING, 1), (State.FAILED, 1)]
)
def test_what_left_may_have_left_or_is_tried_still_is_not_sent_again(login_as, place, sent, state, attempts):
    kept, desk = notice(sent, place, state, attempts), login_as(Role.MUNICIPAL_POLICE)
    page = f"/messages/{sent.pk}/"
    assert "Renvoyer les avis" not in words(desk.get(page))

    told = words(desk.post(f"{page}avis/renvoyer/", follow=True)).replace("&#x27;", "'")

    assert "Aucun avis n'est à renvoyer" in told
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == (state, attempts)
