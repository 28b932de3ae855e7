"""What the page tells of one home when it is picked: read then, so that the page of many homes stays light."""

import datetime as dt

from django.utils import timezone

from absences.hours import write_hours
from absences.models import Absence
from absences.services.watch.chain import read_watched_homes
from geo.models import Commune
from maps.day_rows import tell_why_back
from maps.homes import Home, read_homes
from maps.recent_facts import TERMS, read_factor
from patrols.models import Omission, Passage, Stop
from patrols.services.meanwhile import is_back
from patrols.services.progress import read_made_at, read_visits
from patrols.services.standing import Standing, read_missed


def detail_of_stop(stop: Stop) -> dict[str, object]:
    """Describe a planned visit and its home, for ``maps/stop_detail.html``."""
    plan = stop.route.plan
    home = _home(plan.commune, plan.day, stop.absence_id, until=stop.route.shift.ends_at)
    visits = read_visits(stop)
    made, missed = read_made_at(stop, visits=visits), read_missed([stop]).get(stop.pk)
    beneath = Passage.objects.beneath(made.passage) if made else None
    standing = Standing.of(stop, made, missed)
    back = standing is Standing.AHEAD and is_back(stop, now=timezone.now())
    return {
        "stop": stop,
        "made": made,
        "beneath": beneath,
        "missed": missed,
        "standing": standing,
        "back": tell_why_back(home.absence) if back else "",
        "home": home,
        # A round may go past midnight: its last stops have the hours of the day after.
        "hours": write_hours(home.allowed_hours, timezone.localtime(stop.starts_at).date()),
        "visits": len(visits),
        "last_order": stop.route.stops.count(),
        "factor": read_factor(plan.pk, stop.absence_id),
        "terms": TERMS,
    }


def detail_of_omission(omission: Omission) -> dict[str, object]:
    """Describe a passage left out and its home, for ``maps/omission_detail.html``."""
    home = _home(omission.plan.commune, omission.plan.day, omission.absence_id)
    factor = read_factor(omission.plan_id, omission.absence_id)
    return {"omission": omission, "home": home, "hours": home.hours, "factor": factor, "terms": TERMS}


def detail_of_vacant_home(absence: Absence, day: dt.date) -> dict[str, object]:
    """Describe a home on a day without plan, for ``maps/home_detail.html``."""
    home = _home(absence.commune, day, absence.pk)
    watch = read_watched_homes().get(absence.pk)
    return {"home": home, "hours": home.hours, "anomaly": _anomaly_of(home), "watch": watch}


def _anomaly_of(home: Home) -> Passage | None:
    """The last passage there, when it found something wrong."""
    last = home.last_passage
    if last is None or not last.was_anomaly:
        return None
    passages = Passage.objects.counted().filter(absence=home.absence, done_at=last.done_at)
    return passages.filter(result=Passage.Result.ANOMALY).first()


def _home(commune: Commune, day: dt.date, absence: int, *, until: dt.datetime | None = None) -> Home:
    return read_homes(Absence.objects.filter(pk=absence), commune=commune, day=day, until=until)[absence]
