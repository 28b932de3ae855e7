"""What is printed of passages: the notice that a crew leaves, the statement that is handed over at return."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from absences.models import Absence
from absences.records import LIVED_IN_AGAIN, state_of
from accounts.models import Export
from accounts.permissions import allows
from accounts.retention import first_moment_kept
from accounts.rights import Reach
from maps import traces
from maps.downloads import Download
from maps.views.shared import HOME, PASSAGE, explain, hand_over
from patrols.models import Passage

PDF = "application/pdf"


@allows(*PASSAGE, reach=Reach.COMMUNE)
@require_safe
@never_cache
def print_visit_notice(request: HttpRequest, passage_id: int) -> HttpResponse:
    """The notice of one passage (PDF), which tells a stranger nothing of the home."""
    of_listed_homes = Passage.objects.filter(absence__in=Absence.objects.listed())
    passage = get_object_or_404(of_listed_homes.select_related("absence__commune"), pk=passage_id)
    # WeasyPrint takes a second to import: only who asks for a PDF waits for it.
    from maps.exports.visit_notice import render_notice

    traces.trace_passages([passage.pk], actions=("passage.time",))
    notice = render_notice(passage.done_at, passage.absence.commune.name)
    download = Download(name="avis-de-passage.pdf", content_type=PDF, content=notice, kind=Export.Kind.NOTICE)
    return hand_over(request, download, about=passage)


@allows(*HOME, "absence.update", reach=Reach.COMMUNE, needs_recent_proof=True)
@require_safe
@never_cache
def print_statement(request: HttpRequest, absence_id: int) -> HttpResponse:
    """The statement of passages (PDF) for the holder of an absence, once the home is lived in again."""
    absence = get_object_or_404(Absence.objects.listed().select_related("address", "commune"), pk=absence_id)
    today = timezone.localdate()
    if state_of(absence, today) not in LIVED_IN_AGAIN:
        return explain(
            request,
            _("Le relevé se remet au retour"),
            _(
                "Cette absence n'est pas terminée, et ce papier dirait quand la police est passée. Signalez "
                "d'abord le retour sur la fiche, puis demandez le relevé."
            ),
            status=HTTPStatus.CONFLICT,
        )
    from maps.exports.statement import render_statement

    kept_from = first_moment_kept("passage", today)
    passages = list(Passage.objects.counted().filter(absence=absence, done_at__gte=kept_from))
    traces.trace_homes([absence.pk])
    traces.trace_passages([each.pk for each in passages], actions=("passage.time", "passage.result"))
    download = Download(
        name=f"releve-des-passages-{absence.pk}.pdf",
        content_type=PDF,
        content=render_statement(absence, passages),
        kind=Export.Kind.STATEMENT,
    )
    return hand_over(request, download, about=absence)
