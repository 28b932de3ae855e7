"""Plans, trials and calculations as the JSON that docs/plan-exchange.md describes."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from patrols.models import Calculation, Omission, Plan, PlanEdit, Stop
from patrols.services.consequences import Consequences, RoundTimes, times_of
from patrols.services.difference import Changes, Difference, PlaceAt, StayAt, VisitAt
from patrols.services.editing import Trial

Json = dict[str, Any]


def tell_calculation(calculation: Calculation, *, account: int | None) -> Json:
    """Return the state of a calculation."""
    return {
        "id": calculation.pk,
        "day": calculation.day.isoformat(),
        "kind": calculation.kind,
        "service": calculation.service,
        "weighs_facts": calculation.weighs_facts,
        "state": calculation.state,
        "is_underway": calculation.is_underway,
        "is_comparing": calculation.is_comparing,
        "is_mine": account is not None and calculation.asked_by_id == account,
        "asked_at": _moment(calculation.asked_at),
        "seconds_left": calculation.seconds_left,
        "iterations": calculation.iterations,
        "prize": calculation.prize,
        "stops": calculation.stops,
        "best": calculation.best,
        "plan": calculation.plan_id,
        "problem": calculation.problem,
    }


def tell_head(plan: Plan, *, latest: int | None) -> Json:
    """Return what a plan is, without its rounds."""
    return {
        "plan": plan.pk,
        "number": plan.number,
        "version": plan.version,
        "published_at": _moment(plan.published_at),
        "service": plan.service,
        "revision": plan.revision,
        "prize": plan.prize,
        "latest": latest,
    }


def tell_changes(edits: Iterable[PlanEdit], *, account: int | None) -> list[Json]:
    """Return the changes of a draft, oldest first."""
    return [
        {
            "revision": edit.revision,
            "kind": edit.kind,
            "sentence": edit.sentence,
            "is_mine": account is not None and edit.made_by_id == account,
            "by_role": edit.get_by_role_display().lower(),
            "made_at": _moment(edit.made_at),
            "is_undone": edit.undone_in is not None,
        }
        for edit in edits
    ]


def tell_rounds(plan: Plan) -> list[Json]:
    """Return the rounds of a plan with their stops; fetch them with it."""
    return [
        {
            "shift": route.shift_id,
            "crew": route.shift.crew.name,
            **_tell_times(times_of(route)),
            "length_m": route.length_m,
            "stops": [_tell_stop(stop, route.shift_id) for stop in route.stops.all()],
        }
        for route in plan.routes.all()
    ]


def tell_omissions(plan: Plan) -> list[Json]:
    """Return the passages left out, the most wanted first."""
    return [
        {
            "absence": omission.absence_id,
            "number": omission.visit_number,
            "reason": omission.reason,
            "sentence": omission.sentence,
            "prize": omission.prize,
            "by_hand": omission.reason == Omission.Reason.BY_HAND,
        }
        for omission in plan.omissions.all()
    ]


def tell_trial(trial: Trial, *, revision: int) -> Json:
    """Return what a change does."""
    return {
        "revision": revision,
        "sentence": trial.sentence,
        **_tell_consequences(trial.consequences),
        "places": [{"shift": shift, "place": place} for shift, place in trial.places],
    }


def tell_difference(found: Difference) -> Json:
    """Return what differs between two plans."""
    return {
        **_tell_changes(found.visits, _tell_visit),
        "stays": _tell_changes(found.stays, _tell_stay),
        "sentences": found.sentences(),
    }


def _tell_changes[Place: PlaceAt](found: Changes[Place], tell: Callable[[Place], Json]) -> Json:
    return {
        "added": [tell(place) for place in found.added],
        "removed": [tell(place) for place in found.removed],
        "moved": [{**tell(after), "from": before.shift, "to": after.shift} for before, after in found.moved],
        "retimed": [
            {**tell(after), "by_s": (after.starts_at - before.starts_at).total_seconds()}
            for before, after in found.retimed
        ],
    }


def _tell_consequences(found: Consequences) -> Json:
    return {
        "is_allowed": found.is_allowed,
        "broken": [asdict(each) for each in found.broken],
        "rounds": [
            {"shift": shift, "before": _tell_times(before), "after": _tell_times(after)}
            for shift, before, after in found.rounds
        ],
        "stops": [
            {
                **asdict(stop),
                "arrives_at": _moment(stop.arrives_at),
                "starts_at": _moment(stop.starts_at),
                "leaves_at": _moment(stop.leaves_at),
            }
            for stop in found.stops
        ],
        "prize_before": found.prize_before,
        "prize_after": found.prize_after,
        "stops_before": found.stops_before,
        "stops_after": found.stops_after,
    }


def _tell_times(times: RoundTimes) -> Json:
    return {
        "stops": times.stops,
        "starts_at": _moment(times.starts_at),
        "ends_at": _moment(times.ends_at),
        "travel_s": times.travel_s,
        "slack_s": times.slack_s,
    }


def _tell_stop(stop: Stop, shift: int) -> Json:
    return {
        "absence": stop.absence_id,
        "number": stop.visit_number,
        "shift": shift,
        "order": stop.order,
        "arrives_at": _moment(stop.arrives_at),
        "starts_at": _moment(stop.starts_at),
        "leaves_at": _moment(stop.leaves_at),
        "late_s": 0.0,
        "is_locked": stop.is_locked,
        "is_done": stop.is_done,
    }


def _tell_visit(visit: VisitAt) -> Json:
    return {"absence": visit.absence, "number": visit.number, **_tell_place(visit)}


def _tell_stay(stay: StayAt) -> Json:
    return {"street": stay.street, **_tell_place(stay)}


def _tell_place(place: PlaceAt) -> Json:
    return {"shift": place.shift, "crew": place.crew, "starts_at": _moment(place.starts_at)}


def _moment(moment: dt.datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
