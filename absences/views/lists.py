"""Import a list: its file, its columns, a check of every line, then all of it or nothing; nothing is kept."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from absences.errors import UnreadableList
from absences.forms.households import AllowedForms, refuse_outside_absence
from absences.forms.lists import LineForm, ListFileForm, MatchingForm, read_sent_table
from absences.importers.cells import PEOPLE
from absences.importers.lists import (
    TARGETS,
    Table,
    as_declaration,
    count_without_zero,
    guess_columns,
    is_example,
    read_list,
)
from absences.importers.template import CONTENT_TYPES, write_template
from absences.models import Absence
from absences.services.declared import Declaration
from absences.services.importing import ACCEPT, SET_ASIDE, RefusedLines, enter_list, tell_places, try_list
from absences.views.asking import READ_OR_SEND, commune_of
from accounts import audit
from accounts.permissions import allows
from accounts.presentation.sent_forms import sent_from
from accounts.rights import Reach
from geo import french
from geo.french import NO_BREAK
from geo.models import Commune

SHOWN_ROWS = 5
# In the session the keys of what was entered, in the address the wish to see them.
ENTERED = "ajoutees"
HEADINGS = {target.field: target.heading for target in TARGETS}
type Lines = list[tuple[int, Declaration]]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong in a line of the file, in which columns where it is in some, and what to do."""

    line: int
    sentence: str
    columns: str = ""


@allows("absence.import", "absence.address", "absence.start_end_dates", reach=Reach.COMMUNE)
@never_cache
@sensitive_variables()
@require_http_methods(READ_OR_SEND)
def read_file(request: HttpRequest) -> HttpResponse:
    """Ask for the file, read it, and ask which column says what; after an import, lead to what it entered."""
    if request.method != "POST":
        entered = _read_entered(request) if ENTERED in request.GET else ()
        return render(request, "absences/import.html", {"form": ListFileForm(), "entered": entered})
    form = ListFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            table = read_list(form.cleaned_data["file"].read())
        except UnreadableList as error:
            form.add_error("file", str(error))
        else:
            return _match(request, MatchingForm.guessing(table), table)
    return render(request, "absences/import.html", {"form": form})


@allows("absence.import", "import.error_report")
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@sent_from("absences:import_list")
def enter(request: HttpRequest) -> HttpResponse:
    """Check every line and tell how it is understood; enter them all once that was seen, and none is wrong."""
    table = read_sent_table(request.POST.get("table", ""))
    if table is None:
        messages.error(request, _("La liste n'est pas revenue entière : choisissez le fichier de nouveau."))
        return HttpResponseRedirect(resolve_url("absences:import_list"))
    form = MatchingForm(request.POST, headings=table.headings)
    if not form.is_valid():
        return _match(request, form, table)
    commune = commune_of(request)
    lines, problems = _read_lines(table, form.columns, commune)
    seen = _fingerprint(lines)
    if lines:
        confirmed = SET_ASIDE if "set_aside" in request.POST else frozenset()
        is_seen = not problems and "import" in request.POST and request.POST.get("seen") == seen
        act = enter_list if is_seen else try_list
        try:
            entered = act(lines, commune=commune, today=timezone.localdate(), confirmed=confirmed)
        except RefusedLines as refusal:
            problems += [Problem(line=line, sentence=sentence) for line, sentence in refusal.problems]
            problems.sort(key=lambda problem: problem.line)
        else:
            if is_seen:
                return _tell_entered(request, entered, count_without_zero(table, form.columns))
    understood = tell_places(lines, commune=commune)
    return _match(request, form, table, problems=problems, understood=understood, seen=seen)


@allows("absence.import")
@require_safe
def send_template(request: HttpRequest, extension: str) -> HttpResponse:
    """The template of a list."""
    response = HttpResponse(write_template(extension), content_type=CONTENT_TYPES[extension])
    response["Content-Disposition"] = f'attachment; filename="modele-absences.{extension}"'
    return response


def _read_entered(request: HttpRequest) -> list[Absence]:
    """Read what this session entered last, and leave the trace of it."""
    absences = Absence.objects.listed().select_related("address").filter(pk__in=request.session.get(ENTERED, ()))
    entered = list(absences.order_by("address__street_name", "first_day", "pk"))
    audit.record("absence.address", subjects=entered, reason=audit.Reason.PATROL)
    return entered


def _tell_entered(request: HttpRequest, entered: list[Absence], mended: int) -> HttpResponse:
    count = french.counted(len(entered), "absence")
    messages.success(request, _("Liste importée : %(count)s.") % {"count": count})
    if mended:
        numbers = french.counted(mended, _("numéro de téléphone"), _("numéros de téléphone"))
        told = _("Le tableur avait ôté le premier zéro de %(count)s : il est rendu.")
        messages.info(request, told % {"count": numbers})
    request.session[ENTERED] = [absence.pk for absence in entered]
    return HttpResponseRedirect(f"{resolve_url('absences:import_list')}?{ENTERED}=oui")


def _fingerprint(lines: Lines) -> str:
    """Return what tells a list, as it is understood, from another: where and when, line by line."""
    told = [(line, said.place.address_id, f"{said.first_day} {said.last_day}") for line, said in lines]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _read_lines(table: Table, columns: dict[str, int], commune: Commune) -> tuple[Lines, list[Problem]]:
    lines: Lines = []
    problems: list[Problem] = []
    today = timezone.localdate()
    for line, cells in table.rows:
        if is_example(cells, columns):
            continue
        sent, wrong = as_declaration(cells, columns)
        form = LineForm(sent, commune=commune, today=today)
        people: Any = AllowedForms(sent)
        found = _what_is_wrong(form, people, wrong)
        if not found:
            lines.append((line, form.declaration(people.given)))
        problems += [
            Problem(line=line, columns=_name_columns(fields, columns, table.headings), sentence=sentence)
            for sentence, fields in found.items()
        ]
    return lines, problems


def _what_is_wrong(form: LineForm, people: Any, wrong: dict[str, str]) -> dict[str, list[str]]:
    """Each sentence once, with the fields that it is about; a cell that is not read is not judged again."""
    told = list(wrong.items())
    told += [(field, str(error)) for field, errors in form.errors.items() for error in errors]
    if form.is_valid() and people.is_valid():
        refuse_outside_absence(form, people)
    if not people.is_valid():
        told += [(PEOPLE, str(error)) for error in people.non_form_errors()]
        told += [(PEOPLE, str(error)) for errors in people.errors for each in errors.values() for error in each]
    found: dict[str, list[str]] = {}
    for field, sentence in told:
        if wrong.get(field, sentence) == sentence:
            found.setdefault(sentence, []).append(field)
    return found


def _name_columns(fields: list[str], columns: dict[str, int], headings: tuple[str, ...]) -> str:
    """Name the columns of some fields as the file does; as the template does where the file has none."""
    named = [headings[columns[field]] if field in columns else HEADINGS[field] for field in fields]
    quoted = " et ".join(f"«{NO_BREAK}{name}{NO_BREAK}»" for name in named)
    return (_("colonnes %(names)s") if len(named) > 1 else _("colonne %(names)s")) % {"names": quoted}


def _match(
    request: HttpRequest,
    form: MatchingForm,
    table: Table,
    *,
    problems: Any = None,
    understood: Any = None,
    seen: str = "",
) -> HttpResponse:
    columns = form.columns if form.is_bound and form.is_valid() else guess_columns(table.headings)
    examples = [line for line, cells in table.rows if is_example(cells, columns)]
    context = {
        "understood": understood,
        "seen": seen,
        "examples": examples,
        "set_aside": "set_aside" in request.POST,
        "form": form,
        "headings": table.headings,
        "rows": table.rows[:SHOWN_ROWS],
        "count": len(table.rows) - len(examples),
        "problems": problems,
        "accept": ACCEPT,
        "is_unknown": not guess_columns(table.headings),
    }
    return render(request, "absences/match.html", context)
