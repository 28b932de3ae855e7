"""What a person may try with reports; see ``acts``."""

from django.test import Client
from django.utils import timezone

from reports.models import Report
from tests.access.stage import Stage

TEXT = "Vitre cassée."


def tell_reports(client: Client, stage: Stage) -> set[object]:
    """Tell a report, then enter what a resident said, in each commune; what came of it by commune and sector."""
    known = set(Report.objects.values_list("pk", flat=True))
    for place in stage.places:
        address = place.town.addresses[0]
        said = {"address": address.pk, "address_text": f"{address}", "address_shown": f"{address}", "text": TEXT}
        when = {"day": f"{timezone.localdate()}", "hour": "0", "kind": "noise", "place_kind": "address"}
        for page in ("signaler", "recueillir"):
            client.post(f"/signalements/{page}/", {**said, **when})
    return set(Report.objects.exclude(pk__in=known).values_list("sector", flat=True))


def withdraw_reports(client: Client, stage: Stage) -> set[object]:
    """Take every report back."""
    known = set(Report.objects.filter(relayed_at=None).values_list("pk", flat=True))
    for key in known:
        client.post("/signalements/effacer/", {"report": f"{key}", "confirmed": f"{key}"})
    return known - set(Report.objects.values_list("pk", flat=True))


def relay_reports(client: Client, stage: Stage) -> set[object]:
    """Relay every report that waits."""
    waiting = set(Report.objects.waiting().values_list("pk", flat=True))
    for key in waiting:
        client.post(f"/signalements/recus/{key}/relayer/", {"relay-text": TEXT})
    return set(Report.objects.filter(pk__in=waiting, relayed_at__isnull=False).values_list("pk", flat=True))


def close_reports(client: Client, stage: Stage) -> set[object]:
    """Take every report in hand, qualify it, ask for a patrol, answer and close it."""
    untouched = set(Report.objects.values_list("pk", flat=True))
    for key in untouched:
        page = f"/signalements/police/{key}"
        client.post(f"{page}/prendre/")
        client.post(f"{page}/qualifier/", {"category-category": "offence"})
        client.post(f"{page}/passage/", {"patrol": "asked"})
        client.post(f"{page}/repondre/", {"reply-text": TEXT})
    touched = set(Report.objects.exclude(taken_at=None, patrol_asked_at=None).values_list("pk", flat=True))
    for key in untouched:
        client.post(f"/signalements/police/{key}/clore/", {"close-category": "offence", "close-text": TEXT})
    return touched | set(Report.objects.filter(state="closed").values_list("pk", flat=True))


def reject_reports(client: Client, stage: Stage) -> set[object]:
    """Reject every report, waiting or not, as its référent and as the police."""
    said = {"reject-reason": "unclear", "reject-text": TEXT}
    for key in Report.objects.values_list("pk", flat=True):
        for page in ("recus", "police"):
            client.post(f"/signalements/{page}/{key}/ecarter/", said)
    return set(Report.objects.filter(state="rejected").values_list("pk", flat=True))
