"""Who owns, entrusts and watches which home on the stage."""

import datetime as dt

from django.utils import timezone

from absences.models import Absence, HomeOwner, WatchConsent
from accounts.models import Account
from accounts.roles import Role
from tests.absences.watching import build_consent, build_watcher
from tests.access.people import Place

AHEAD = dt.timedelta(days=30)


def entrust_homes(place: Place) -> None:
    """The vigilant owns the first home and watches the second; the third is another chain's, the last taken back.

    The homes stand empty on the day of the tests, whichever it is: what the database takes for today.
    """
    today = timezone.localdate()
    own, watched, elsewhere, taken_back = place.town.absences
    Absence.objects.filter(commune=place.insee).update(last_day=today + AHEAD)
    owner = Account.objects.create_user(f"{place.insee}-owner")
    build_watcher(place.accounts[Role.VIGILANT])
    HomeOwner.objects.create(absence=own, account=place.accounts[Role.VIGILANT])
    build_consent(watched, place.sectors[0], owner, since=today)
    build_consent(elsewhere, place.sectors[1], owner, since=today)
    revoked = build_consent(taken_back, place.sectors[0], owner, since=today)
    WatchConsent.objects.filter(pk=revoked.pk).update(revoked_at=timezone.now())
