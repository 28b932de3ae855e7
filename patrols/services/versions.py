"""Freeze a plan as the next version of its day."""

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from geo.models import Commune
from patrols.models import Plan


def take_turns(commune: Commune) -> None:
    """Let those who number or publish plans of a commune at the same moment do so one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('patrols_plan'), hashtext(%s))", [commune.pk])


def make_version(plan: Plan) -> Plan:
    """Publish a draft as it is: the crews see it from now on, and nobody changes it any more."""
    with transaction.atomic():
        take_turns(plan.commune)
        latest = Plan.objects.of_day(plan.commune, plan.day).aggregate(Max("version"))["version__max"]
        plan.version, plan.published_at = (latest or 0) + 1, timezone.now()
        plan.save(update_fields=["version", "published_at"])
        audit.record("route.publish", subjects=[plan], reason=audit.Reason.PATROL)
    return plan
