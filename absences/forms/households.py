"""Who lives in a home and who may be inside: typed here, sealed as soon as it is saved, and shown again by nobody
but the record's own « Afficher ».
"""

from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from absences import choices
from absences.forms.departures import DepartureForm, Group
from absences.importers.cells import PEOPLE
from absences.services.declared import Allowed, Amendment, Declaration
from accounts.forms.identity import LONGEST_EMAIL, LONGEST_NAME
from accounts.forms.phones import LONGEST_PHONE, refuse_no_phone
from accounts.presentation.forms import DayInput, EmailNeededWhen, TextNeededWhen
from geo.french import WEEKDAYS

LONGEST_INSTRUCTIONS = 300
MAX_ALLOWED = 4
HOUSEHOLD = ("name", "phone", "email", "access_instructions", "trusted_name", "trusted_phone")
WAYS_TO_REACH = ("phone", "email")
NEVER = {"autocomplete": "off"}


def _phone(label: Any, needed_when: Any) -> forms.CharField:
    return TextNeededWhen(
        label=label,
        needed_when=needed_when,
        max_length=LONGEST_PHONE,
        validators=[refuse_no_phone],
        widget=forms.TextInput(attrs={**NEVER, "inputmode": "tel"}),
    )


class HouseholdForm(DepartureForm):
    """A whole declaration."""

    name = forms.CharField(
        label=gettext_lazy("Nom et prénom du déclarant"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs=NEVER),
    )
    phone = _phone(
        gettext_lazy("Téléphone pendant l'absence"), gettext_lazy("obligatoire sans adresse électronique")
    )
    email = EmailNeededWhen(
        label=gettext_lazy("Adresse électronique"),
        needed_when=gettext_lazy("obligatoire sans téléphone"),
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs=NEVER),
    )
    trusted_name = forms.CharField(
        label=gettext_lazy("Personne de confiance"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Prévenue après le déclarant, si une anomalie est constatée."),
        widget=forms.TextInput(attrs=NEVER),
    )
    trusted_phone = _phone(
        gettext_lazy("Téléphone de la personne de confiance"), gettext_lazy("obligatoire si elle est nommée")
    )
    trusted_has_keys = forms.BooleanField(label=gettext_lazy("Elle a les clés"), required=False)
    access_instructions = forms.CharField(
        label=gettext_lazy("Consignes d'accès"),
        required=False,
        max_length=LONGEST_INSTRUCTIONS,
        help_text=gettext_lazy(
            "Portail, code, étage. Ni la raison de l'absence, ni le lieu du séjour, ni rien sur la santé."
        ),
        widget=forms.Textarea(attrs={**NEVER, "rows": 3}),
    )

    household_groups = (
        Group(
            key="declarant",
            title=gettext_lazy("Déclarant et personne de confiance"),
            fields=("name", "phone", "email", "trusted_name", "trusted_phone", "trusted_has_keys"),
        ),
        Group(key="acces", title=gettext_lazy("Accès"), fields=("access_instructions",)),
    )

    @property
    def groups(self) -> tuple[Group, ...]:
        """The home and its days, who declares, how one comes to the door, then the rest."""
        place, days, *rest = self.home_groups
        return (place, days, *self.household_groups, *rest)

    def clean(self) -> dict[str, Any]:
        """Ask for a way to reach the household, and for a whole trusted person."""
        cleaned = super().clean()
        if cleaned.get("phone") == cleaned.get("email") == "":
            for field in WAYS_TO_REACH:
                self.add_error(field, _("Donnez un téléphone ou une adresse électronique."))
        if bool(cleaned.get("trusted_name")) != bool(cleaned.get("trusted_phone")):
            missing = "trusted_phone" if cleaned.get("trusted_name") else "trusted_name"
            if missing in cleaned:
                self.add_error(missing, _("Donnez le nom et le téléphone de la personne de confiance, ou aucun."))
        if cleaned.get("trusted_has_keys") and not cleaned.get("trusted_name"):
            self.add_error("trusted_name", _("Dites qui a les clés."))
        return cleaned

    def declaration(self, allowed: tuple[Allowed, ...]) -> Declaration:
        """What was declared, once the form is valid."""
        assert self.place is not None  # noqa: S101
        return Declaration(
            place=self.place,
            first_day=self.cleaned_data["first_day"],
            last_day=self.cleaned_data["last_day"],
            departure=self.departure,
            household={name: self.cleaned_data[name] for name in HOUSEHOLD},
            trusted_has_keys=self.cleaned_data["trusted_has_keys"],
            allowed=allowed,
            hours=self.hours,
        )


ERASABLE = (
    ("phone", gettext_lazy("Le téléphone")),
    ("email", gettext_lazy("L'adresse électronique")),
    ("trusted", gettext_lazy("La personne de confiance")),
    ("access_instructions", gettext_lazy("Les consignes d'accès")),
)
TRUSTED = ("trusted_name", "trusted_phone")


class AmendForm(HouseholdForm):
    """Corrections of a record: what is sealed is not shown, and stays as it is where nothing is typed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    erased = forms.MultipleChoiceField(
        label=gettext_lazy("Effacer de la fiche"),
        required=False,
        choices=ERASABLE,
        widget=forms.CheckboxSelectMultiple,
    )
    withdrawn = forms.MultipleChoiceField(
        label=gettext_lazy("Retirer des personnes autorisées"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, people: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        for name in HOUSEHOLD:
            self.fields[name].needed_when = _("laissez vide pour garder")  # type: ignore[attr-defined]
        self.fields["withdrawn"].choices = people  # type: ignore[attr-defined]
        if not people:
            del self.fields["withdrawn"]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The parts of the declaration, and what is to be erased."""
        people = ("withdrawn",) if "withdrawn" in self.fields else ()
        return (
            *super().groups,
            Group(key="effacer", title=gettext_lazy("Retirer de la fiche"), fields=("erased", *people)),
        )

    def clean(self) -> dict[str, Any]:
        """Check what is typed; a text that is not typed may be on the record already, unless it is erased."""
        cleaned = DepartureForm.clean(self)
        erased = cleaned.get("erased", ())
        if all(name in erased and not cleaned.get(name) for name in WAYS_TO_REACH):
            self.add_error("erased", _("Gardez un téléphone ou une adresse électronique, ou donnez-en un autre."))
        return cleaned

    def amendment(self, allowed: tuple[Allowed, ...]) -> Amendment:
        """What changes, once the form is valid."""
        assert self.place is not None  # noqa: S101
        typed = {name: self.cleaned_data[name] for name in HOUSEHOLD if self.cleaned_data[name]}
        erased = self.cleaned_data["erased"]
        emptied = {name for each in erased for name in (TRUSTED if each == "trusted" else (each,))}
        return Amendment(
            place=self.place,
            first_day=self.cleaned_data["first_day"],
            last_day=self.cleaned_data["last_day"],
            departure=self.departure,
            household=dict.fromkeys(emptied, "") | typed,
            trusted_has_keys=self.cleaned_data["trusted_has_keys"]
            and "trusted" not in self.cleaned_data["erased"],
            allowed=allowed,
            withdrawn=frozenset(self.cleaned_data.get("withdrawn", ())),
            hours=self.hours,
        )


class AllowedForm(forms.Form):
    """Somebody who may be inside, and when."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs=NEVER))
    relation = forms.ChoiceField(
        label=gettext_lazy("À quel titre"), choices=choices.Relation.choices, initial=choices.Relation.FAMILY
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Jours de la semaine"),
        required=False,
        coerce=int,
        choices=[(number, name.capitalize()) for number, name in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Tous les jours si vous n'en cochez aucun."),
    )
    first_day = forms.DateField(label=gettext_lazy("À partir du"), required=False, widget=DayInput)
    last_day = forms.DateField(
        label=gettext_lazy("Jusqu'au"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy("Pendant toute l'absence si vous n'écrivez rien."),
    )

    def clean(self) -> dict[str, Any]:
        """Hold the days in their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("first_day") and cleaned.get("last_day") and cleaned["last_day"] < cleaned["first_day"]:
            self.add_error("last_day", _("Le dernier jour vient avant le premier."))
        return cleaned

    @property
    def allowed(self) -> Allowed:
        """The person, once the form is valid."""
        given = self.cleaned_data
        return Allowed(
            name=given["name"],
            relation=given["relation"],
            weekdays=tuple(given["weekdays"]),
            first_day=given["first_day"],
            last_day=given["last_day"],
        )


class _AllowedInOne(forms.BaseFormSet):  # type: ignore[type-arg]
    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_many_forms": gettext_lazy("Donnez au plus %(num)d personnes autorisées."),
    }

    @classmethod
    def get_default_prefix(cls) -> str:
        """Bear the name that a list gives its people too."""
        return PEOPLE

    @property
    def given(self) -> tuple[Allowed, ...]:
        """The people who were named, once the forms are valid."""
        return tuple(form.allowed for form in self.forms if form.has_changed())


def refuse_outside_absence(form: HouseholdForm, allowed: Any) -> bool:
    """Refuse people who may be inside on no day of the absence; return whether all may, both being valid."""
    first_day, last_day = form.cleaned_data["first_day"], form.cleaned_data["last_day"]
    for each in allowed.forms:
        begins, ends = each.cleaned_data.get("first_day"), each.cleaned_data.get("last_day")
        if (begins and begins > last_day) or (ends and ends < first_day):
            field = "first_day" if begins and begins > last_day else "last_day"
            each.add_error(field, _("Ces jours sont hors de l'absence. Corrigez-les, ou ôtez cette personne."))
    return bool(allowed.is_valid())


def show_unchecked(form: HouseholdForm, allowed: Any) -> None:
    """Let forms show what was typed without finding fault: nothing was sent yet."""
    for each in (form, *allowed.forms):
        each._errors = ErrorDict()
    allowed._errors = [each.errors for each in allowed.forms]
    allowed._non_form_errors = ErrorList()


AllowedForms = forms.formset_factory(
    AllowedForm,
    formset=_AllowedInOne,
    extra=MAX_ALLOWED,
    max_num=MAX_ALLOWED,
    absolute_max=MAX_ALLOWED,
    validate_max=True,
)
