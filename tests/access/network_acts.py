"""What a person may try with the network of référents and vigilants; see ``acts``."""

from django.test import Client
from django.utils import timezone

from accounts.models import Grant
from accounts.roles import Role
from tests.access.stage import Stage


def appoint_referents(client: Client, stage: Stage) -> set[object]:
    """Appoint the vigilant of each commune in its third sector, which has no référent."""
    for place in stage.places:
        login = f"{place.insee}-vigilant"
        said = {"login": login, "confirmed": login, "first_day": f"{timezone.localdate()}"}
        client.post(f"/secteurs/{place.sectors[2].pk}/mandat/", said)
    return set(Grant.objects.filter(role=Role.REFERENT, sector__number=3).values_list("commune", flat=True))
