"""A site of examples: a form, a table, messages and tasks in the frame of the real pages."""

from operator import itemgetter

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path

from accounts.permissions import public
from accounts.presentation.forms import DayInput
from accounts.presentation.tables import Column, read_sorting
from config.urls import urlpatterns as site_pages

COLUMNS = (
    Column(key="rue", label="Rue", order_by=("street",)),
    Column(key="numeros", label="Numéros", order_by=("numbers", "street"), is_number=True),
)
STREETS = [{"street": f"Rue n° {number:02d}", "numbers": number * 7 % 30} for number in range(1, 61)]


class ExampleForm(forms.Form):
    street = forms.CharField(label="Rue", help_text="Telle qu'elle est écrite sur la plaque.")
    day = forms.DateField(label="Premier jour", widget=DayInput)
    mode = forms.ChoiceField(label="Mode", choices=[("car", "Voiture"), ("foot", "À pied")])
    days = forms.MultipleChoiceField(
        label="Jours",
        choices=[("0", "lundi"), ("1", "mardi")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(label="Remarque", widget=forms.Textarea, required=False)
    is_sure = forms.BooleanField(label="La rue est dans la commune")


@public
def show_form(request: HttpRequest) -> HttpResponse:
    form = ExampleForm(request.POST or None)
    if form.is_valid():
        messages.success(request, "La rue est enregistrée.")
    return HttpResponse(render_to_string("examples/form.html", {"form": form}, request))


@public
def show_table(request: HttpRequest) -> HttpResponse:
    sorting = read_sorting(request.GET.get("tri", ""), COLUMNS, default="rue")
    rows = STREETS
    for field in reversed(sorting.order_by):
        rows = sorted(rows, key=itemgetter(field.lstrip("-")), reverse=field.startswith("-"))
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    context = {"columns": COLUMNS, "sorting": sorting, "page": page}
    return HttpResponse(render_to_string("examples/table.html", context, request))


@public
def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("entre nous")


urlpatterns = [
    path("exemples/panne/", fail),
    path("exemples/formulaire/", show_form),
    path("exemples/table/", show_table),
    *site_pages,
]
