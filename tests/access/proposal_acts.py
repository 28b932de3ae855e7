"""What a person may try with proposals of perimeters; see ``acts``."""

import json

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sectors.models import Proposal, ProposalRevision
from tests.access.stage import Stage
from tests.sectors.proposing import LATER, to_the_north


def propose_perimeters(client: Client, stage: Stage) -> set[object]:
    """Propose every draft."""
    for proposal in Proposal.objects.filter(state="draft"):
        client.post(f"/propositions/{proposal.pk}/proposer/", {"propose-revision": 1})
    return set(Proposal.objects.filter(state="proposed").values_list("pk", flat=True))


def approve_perimeters(client: Client, stage: Stage) -> set[object]:
    """Approve all that was checked."""
    said = {"approve-revision": 1, "approve-from_day": LATER.isoformat()}
    for proposal in Proposal.objects.filter(state="checked"):
        client.post(f"/propositions/{proposal.pk}/approuver/", said)
    return set(Proposal.objects.filter(state="approved").values_list("pk", flat=True))


def import_drawings(client: Client, stage: Stage) -> set[object]:
    """Replace the drawing of every draft by a file."""
    drawn = {"type": "Feature", "properties": {}, "geometry": json.loads(to_the_north().geojson)}
    content = json.dumps({"type": "FeatureCollection", "features": [drawn]}).encode()
    for proposal in Proposal.objects.filter(state="draft"):
        file = SimpleUploadedFile("trace.geojson", content)
        client.post(f"/propositions/{proposal.pk}/trace/", {"drawing-revision": 1, "drawing-file": file})
    return set(ProposalRevision.objects.filter(number=2).values_list("proposal", flat=True))
