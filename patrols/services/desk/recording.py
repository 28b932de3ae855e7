"""Record a passage that a crew tells by radio, exactly once whatever is sent twice."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from absences.models import Absence
from accounts import audit
from accounts.retention import days_kept
from geo import french
from patrols.errors import PassageRefused
from patrols.models import Crew, Passage, PassageNote, PassageOrigin, Shift, Stop
from patrols.services.desk.finding import Finding
from patrols.services.desk.once import take_turn
from patrols.services.phone.joining import take_turns_at

# As long as a phone may send what it noted: what was forgotten longer is no longer told from memory.
TOLD_WITHIN = dt.timedelta(days=7)
# A clock on the wall and ours differ by so much.
TOLERANCE = dt.timedelta(minutes=1)
# Two passages at a home are hours apart by plan; nearer, one is likely told twice: by radio and by the phone.
LIKELY_THE_SAME = dt.timedelta(minutes=30)


class LikelyTwice(PassageRefused):
    """Un passage est déjà noté à ce logement vers la même heure, ou pour le même arrêt."""

    def __init__(self, done_at: dt.datetime) -> None:
        told = {"hour": french.clock(done_at), "day": french.day(timezone.localdate(done_at))}
        super().__init__(
            _(
                "Un passage est déjà noté à ce logement le %(day)s à %(hour)s : le téléphone l'a peut-être déjà "
                "envoyé. Cochez la case s'il s'agit bien d'un autre passage."
            )
            % told,
            field="confirmed",
        )


@dataclass(frozen=True, kw_only=True)
class ToldPassage:
    """A passage as a crew tells it; ``reference`` is drawn with the form.

    What the crew looked at beside the points in which something is wrong is not told by radio.
    """

    reference: UUID
    absence: Absence
    crew: Crew
    stop: Stop | None
    done_at: dt.datetime
    finding: Finding
    note: str

    @property
    def sha256(self) -> str:
        """The hash of what is told, by which the same form sent again is known from another."""
        found = [self.finding.anomaly, *self.finding.wrong]
        said = [self.absence.pk, self.crew.pk, self.done_at.isoformat(), found, self.note]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@transaction.atomic
def record_told(
    told: ToldPassage, *, now: dt.datetime, is_another: bool = False, within: dt.timedelta = TOLD_WITHIN
) -> Passage:
    """Record a passage, or find the one that the same form recorded before.

    Parameters
    ----------
    told
        What the crew says.
    now
        Our clock: a passage is not of the future.
    is_another
        Whether the desk has said that it is not the passage noted there at about that hour.
    within
        How long ago a passage may be.

    Returns
    -------
    Passage
        With ``clock`` « told ».

    Raises
    ------
    LikelyTwice
        When a passage stands within `LIKELY_THE_SAME` at the home, or for the same stop, unless ``is_another``.
    PassageRefused
        When the hour is not possible, or the form was sent before with other words.
    """
    take_turn(told.reference)
    take_turns_at([told.absence.pk])
    known = PassageOrigin.objects.filter(reference=told.reference).select_related("passage").first()
    if known is not None:
        return _same(known, told)
    _check_hour(told, now, within)
    if not is_another:
        _refuse_twin(told)
    return _write(told)


def stop_of(told: ToldPassage) -> Stop | None:
    """Find the stop that a passage stands for, in the latest version that has it.

    That from which it is told; otherwise, of the stops of its crew at the home which no passage stands for yet,
    the nearest in hour. A phone that sends the same visit later names that stop too.
    """
    stops = (
        Stop.objects.filter(absence=told.absence, route__plan__version__isnull=False)
        .select_related("route")
        .order_by("-route__plan__version")
    )
    if told.stop is not None:
        same = stops.filter(route__shift=told.stop.route.shift_id, visit_number=told.stop.visit_number)
        return same.first() or told.stop
    out = Shift.objects.filter(crew=told.crew).out_at(told.done_at)
    latest: dict[tuple[int, int], Stop] = {}
    for stop in stops.filter(route__shift__in=out):
        latest.setdefault((stop.route.shift_id, stop.visit_number), stop)
    noted = Passage.objects.filter(absence=told.absence).values_list("stop__route__shift", "stop__visit_number")
    left = [latest[visit] for visit in latest.keys() - set(noted)]
    return min(left, key=lambda stop: abs(stop.starts_at - told.done_at), default=None)


def _same(known: PassageOrigin, told: ToldPassage) -> Passage:
    if known.content_sha256 != told.sha256:
        raise PassageRefused(
            _(
                "Ce formulaire a déjà servi : le passage est enregistré tel qu'il était. Corrigez-le depuis la "
                "fiche, ou rouvrez un formulaire vide pour en noter un autre."
            )
        )
    return known.passage


def _check_hour(told: ToldPassage, now: dt.datetime, within: dt.timedelta) -> None:
    day = timezone.localdate(told.done_at)
    if told.done_at > now + TOLERANCE:
        raise PassageRefused(_("Cette heure n'est pas encore venue : vérifiez le jour et l'heure."), field="hour")
    if told.done_at < now - within:
        days = french.counted(within.days, "jour")
        raise PassageRefused(
            _("Un passage se note dans les %(days)s ; celui-ci est plus ancien.") % {"days": days}, field="day"
        )
    if not told.absence.first_day <= day <= told.absence.ended_on:
        span = {"first": french.day(told.absence.first_day), "last": french.day(told.absence.ended_on)}
        raise PassageRefused(
            _("Le logement n'était pas vacant ce jour-là : il l'est du %(first)s au %(last)s.") % span, field="day"
        )


def _refuse_twin(told: ToldPassage) -> None:
    alike = Q(done_at__gt=told.done_at - LIKELY_THE_SAME, done_at__lt=told.done_at + LIKELY_THE_SAME)
    if told.stop is not None:
        visit = {"stop__route__shift": told.stop.route.shift_id, "stop__visit_number": told.stop.visit_number}
        alike |= Q(**visit)
    twin = Passage.objects.filter(alike, absence=told.absence).order_by("done_at").first()
    if twin is not None:
        raise LikelyTwice(timezone.localtime(twin.done_at))


def _write(told: ToldPassage) -> Passage:
    passage = Passage.objects.create(
        absence=told.absence,
        stop=told.stop,
        done_at=told.done_at,
        clock=Passage.Clock.TOLD,
        # The database's own hour: its wall takes no other.
        recorded_at=TransactionNow(),
        result=told.finding.result,
        anomaly=told.finding.anomaly,
        checked=list(told.finding.wrong),
        wrong=list(told.finding.wrong),
    )
    PassageOrigin.objects.create(
        passage=passage, crew=told.crew, reference=told.reference, content_sha256=told.sha256
    )
    if told.note:
        note = PassageNote(passage=passage, text=told.note)
        note.keep_until(told.done_at.date() + dt.timedelta(days=days_kept("passage")))
        note.save()
    audit.record("passage.create", subjects=[passage], reason=audit.Reason.PATROL)
    return passage
