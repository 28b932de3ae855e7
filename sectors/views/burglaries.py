"""The numbers of burglaries of the commune, given month by month by municipal police."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import allows
from accounts.rights import Reach
from geo import french
from geo.models import Commune
from sectors.errors import UnreadableBurglaries
from sectors.forms.burglaries import BurglariesForm
from sectors.importers.burglaries import Problem, read_cells, understand, write_template
from sectors.services.burglaries import (
    keep_months,
    last_month_over,
    month_to_give,
    numbers_of_sectors,
    published_months,
    read_given,
)
from sectors.views.asking import GIVES_BURGLARIES, READ_OR_SEND


@allows(*GIVES_BURGLARIES, reach=Reach.COMMUNE)
@never_cache
@require_http_methods(READ_OR_SEND)
def give(request: HttpRequest) -> HttpResponse:
    """Show the months that were given; read a file of more, and keep all of it or nothing."""
    commune = Commune.objects.of_site()
    form = BurglariesForm(request.POST, request.FILES) if request.method == "POST" else BurglariesForm()
    problems: list[Problem] = []
    if form.is_valid():
        try:
            rows = read_cells(form.cleaned_data["fichier"].read())
        except UnreadableBurglaries as error:
            form.add_error("fichier", str(error))
        else:
            lines, problems = understand(
                rows,
                sectors=numbers_of_sectors(commune),
                last_month=last_month_over(timezone.localdate()),
                published=published_months(commune),
            )
            if not problems:
                counts = {(each.month, each.place): (each.burglaries, each.watched) for each in lines}
                kept = french.counted(keep_months(commune, counts), _("mois"), _("mois"))
                messages.success(request, _("Nombres gardés : %(count)s.") % {"count": kept})
                return HttpResponseRedirect(resolve_url("sectors:burglaries"))
    to_give = month_to_give(commune, timezone.localdate())
    context = {"form": form, "problems": problems, "given": read_given(commune), "to_give": to_give}
    return render(request, "sectors/burglaries.html", context, status=400 if form.errors or problems else 200)


@allows(*GIVES_BURGLARIES, reach=Reach.COMMUNE)
@require_safe
def send_template(request: HttpRequest) -> HttpResponse:
    """The template of a file: the next month to give, with a line for each sector."""
    commune = Commune.objects.of_site()
    content = write_template(numbers_of_sectors(commune), month_to_give(commune, timezone.localdate()))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="modele-cambriolages.csv"'
    return response
