"""Begin a draft from a version, alone or with a change, and publish a draft as the next one."""

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from patrols.errors import NewerVersion, PlanNoLongerHolds
from patrols.models import Leg, Omission, Plan, PlanEdit, RiskSurface, Route, RouteBreak, RouteStay, Stop
from patrols.services.arrangement import InHand, take_in_hand
from patrols.services.consequences import weigh
from patrols.services.editing import Author, Change, Trial, apply_change, hold_draft, save
from patrols.services.elsewhere import latest_rounds
from patrols.services.gone import StopsAreGone, read_gone
from patrols.services.shifts import refuse_over
from patrols.services.timing import time_arrangement
from patrols.services.versions import make_version, take_turns


def begin_draft(plan: Plan) -> Plan:
    """Return a draft that begins as a version stands, the one that somebody has begun already if there is one.

    A draft is its own draft.
    """
    if plan.version is None:
        return plan
    with transaction.atomic():
        take_turns(plan.commune)
        begun = plan.drafts.drafts().order_by("-number").first()
        if begun is not None:
            return begun
        latest = Plan.objects.of_day(plan.commune, plan.day).aggregate(Max("number"))["number__max"]
        draft = _copy(
            plan, number=latest + 1, base=plan, version=None, published_at=None, revision=1, made_at=timezone.now()
        )
        for route in plan.routes.all():
            copied = _copy(route, plan=draft)
            for model, rows in (
                (Stop, route.stops),
                (Leg, route.legs),
                (RouteBreak, route.breaks),
                (RouteStay, route.stays),
            ):
                _copy_all(model, rows.all(), route=copied)
        _copy_all(Omission, plan.omissions.all(), plan=draft)
        _copy_all(RiskSurface, RiskSurface.objects.filter(plan=plan), plan=draft)
        audit.record("route.plan", subjects=[draft], reason=audit.Reason.PATROL)
    return draft


def make_change(
    plan: Plan, change: Change, *, revision: int | None, by: Author | None, now: dt.datetime, routing_dir: Path
) -> Trial:
    """Change a draft, or what a version says in the draft that begins from it; refused, none is begun for it.

    Parameters
    ----------
    revision
        Of the draft that the person was looking at; None for a version.

    Raises
    ------
    PlanIsPublished, PlanHasChanged, UnknownVisit, UnknownRound, StopIsDone, NoPlaceFor, UnknownChange
        As for `apply_change`.
    """
    with transaction.atomic():
        draft = begin_draft(plan) if revision is None else plan
        seen = draft.revision if revision is None else revision
        trial = apply_change(draft, change, revision=seen, by=by, now=now, routing_dir=routing_dir)
        if not trial.consequences.is_allowed:
            transaction.set_rollback(True)
    return trial


def publish(
    plan: Plan,
    *,
    revision: int,
    over: int | None,
    withdraws: bool = False,
    by: Author | None = None,
    now: dt.datetime,
    routing_dir: Path,
) -> Plan:
    """Freeze a draft as the next version of its day, if it still holds as the day stands now.

    Asked for twice, as by a double click, the second answer is the first one.

    Parameters
    ----------
    over
        The latest version that the person knew of; None for none.
    withdraws
        Whether the stops that are not to be made any more leave the draft first, their rounds timed anew.
    by
        Who withdraws them.

    Raises
    ------
    PlanIsPublished, PlanHasChanged
        When the draft is no longer what the person was looking at.
    NewerVersion
        When another version was published meanwhile.
    StopsAreGone
        When a home is not to be visited any more, or is seen to by others, and its stop is not withdrawn.
    DayIsOver
        When all crews of the day have gone home.
    PlanNoLongerHolds
        When a round that its crew does not have so breaks a rule by now.
    """
    with transaction.atomic():
        take_turns(plan.commune)
        if published := _published_so(plan, revision, over):
            return published
        draft = hold_draft(plan, revision)
        refuse_over(draft.commune, draft.day, now)
        latest = latest_version(draft)
        if latest != over:
            raise NewerVersion(latest or 0)
        in_hand = take_in_hand(draft, now=now, routing_dir=routing_dir)
        if in_hand.gone and not withdraws:
            raise StopsAreGone(read_gone(in_hand, now=now))
        trial = _judge(in_hand)
        if not trial.consequences.is_allowed:
            raise PlanNoLongerHolds(each.sentence for each in trial.consequences.broken)
        if in_hand.gone:
            save(trial, draft, kind=PlanEdit.Kind.WITHDRAW, by=by, routing_dir=routing_dir)
        return make_version(draft)


def latest_version(plan: Plan) -> int | None:
    """Return the number of the latest version of the plan's day, whichever service's; None when there is none."""
    found: int | None = Plan.objects.of_day(plan.commune, plan.day).aggregate(Max("version"))["version__max"]
    return found


def _published_so(plan: Plan, revision: int, over: int | None) -> Plan | None:
    """Return the version that the plan has become by the very request that is made again, if it has."""
    changed_since = plan.edits.filter(revision__gt=revision).exclude(kind=PlanEdit.Kind.WITHDRAW).exists()
    if changed_since:
        return None
    return Plan.objects.filter(pk=plan.pk, version=(over or 0) + 1, revision__gte=revision).first()


def _as_published(draft: Plan) -> set[int]:
    """Return the shifts whose rounds are, in a draft, those that their crews have: these are not judged again."""
    rounds = latest_rounds(draft.commune, draft.day)
    return {
        route.shift_id
        for route in draft.routes.all()
        if route.shift_id in rounds and _hours(route) == _hours(rounds[route.shift_id])
    }


def _hours(route: Route) -> list[tuple[int, dt.datetime]]:
    return [(stop.absence_id, stop.starts_at) for stop in route.stops.all()]


def _judge(in_hand: InHand) -> Trial:
    """Try the plan without the stops that are gone: the rounds that differ from those their crews have."""
    keeps = in_hand.left_by(in_hand.arrangement) & _as_published(in_hand.plan)
    timed = time_arrangement(in_hand, in_hand.arrangement, keeps=keeps)
    return Trial(
        in_hand=in_hand,
        arrangement=in_hand.arrangement,
        timed=timed,
        consequences=weigh(in_hand.plan, in_hand.day, in_hand.arrangement, timed),
        sentence=_tell_withdrawn(len(in_hand.gone)),
    )


def _tell_withdrawn(count: int) -> str:
    if count > 1:
        return f"{count} arrêts qui n'étaient plus à faire sont retirés."
    return "Un arrêt qui n'était plus à faire est retiré."


def _copy[Row: models.Model](row: Row, **changes: Any) -> Row:
    fields = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name in changes:
        fields.pop(row._meta.get_field(name).attname, None)  # type: ignore[union-attr]
    return type(row)._default_manager.create(**fields, **changes)


def _copy_all[Row: models.Model](model: type[Row], rows: models.QuerySet[Row], **changes: Any) -> None:
    copies = []
    for row in rows:
        row.pk = None
        for name, value in changes.items():
            setattr(row, name, value)
        copies.append(row)
    model._default_manager.bulk_create(copies)
