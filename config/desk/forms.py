"""Forms of the desk: which accounts to list, a new account with its roles, and a token for a tool."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.forms.identity import HolderForm
from accounts.models import Account
from accounts.presentation.forms import ChoiceNeededWhen, DayInput
from accounts.roles import HELD_IN_A_SECTOR, Role
from accounts.services.accounts import GivenRole, Holder
from accounts.services.service_tokens import LASTS_AT_MOST
from config.desk.listing import State
from geo.models import Commune
from patrols.models import Crew
from sectors.models import Sector

MAX_ROLES = 4
SECTOR, CREW = "secteur", "equipage"
ROLES = [(role.value, role.label) for role in Role]


class AccountFilter(forms.Form):
    """Which accounts to list; what is asked stays in the address: identifiers may stand there, names may not."""

    identifiant = forms.CharField(label=_("Identifiant"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Rôle"), required=False, choices=[("", _("Tous")), *ROLES])
    etat = forms.ChoiceField(
        label=_("État"),
        required=False,
        choices=[("", _("Tous")), *((state.value, state.label) for state in State)],
    )


class AccountForm(HolderForm):
    """A new account and its holder, whose name is sealed as soon as it is sent."""

    login = forms.CharField(
        label=_("Identifiant"),
        max_length=40,
        help_text=_("Il ne doit rien dire de la personne. Gardez celui qui est proposé, ou écrivez le vôtre."),
        validators=Account._meta.get_field("login").validators,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    field_order = ["login", "name", "phone", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Nom et prénom du titulaire")
        self.fields["name"].help_text = _(
            "Scellé dès l'enregistrement : seul le titulaire pourra le relire, vous non plus ne le verrez plus."
        )
        # The browser would offer the name of whoever sits at the desk.
        for part in ("name", "phone", "email"):
            self.fields[part].widget.attrs["autocomplete"] = "off"

    def clean_login(self) -> str:
        """Read the identifier in small letters, as it is typed at log-in."""
        return str(self.cleaned_data["login"]).lower()

    @property
    def holder(self) -> Holder:
        """Who the account is for, once the form is valid."""
        return Holder(**{part: self.cleaned_data[part] for part in ("name", "phone", "email")})


class RoleForm(forms.Form):
    """One role, where it is held, and its days."""

    role = forms.ChoiceField(label=_("Rôle"), choices=[("", _("Choisissez")), *ROLES])
    place = ChoiceNeededWhen(
        label=_("Secteur ou équipage"),
        needed_when=_("obligatoire pour un référent, un citoyen vigilant ou un équipage"),
        help_text=_(
            "Pour un référent ou un citoyen vigilant, son secteur ; pour un équipage, lequel. Les autres rôles "
            "valent pour toute la commune."
        ),
    )
    first_day = forms.DateField(
        label=_("Premier jour"),
        required=False,
        widget=DayInput,
        help_text=_("Aujourd'hui si vous n'écrivez rien."),
    )
    last_day = forms.DateField(
        label=_("Dernier jour"), required=False, widget=DayInput, help_text=_("Sans terme si vous n'écrivez rien.")
    )

    def __init__(self, *args: Any, places: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]

    def clean_first_day(self) -> dt.date:
        """Fill in today; a role is not given for days that are over."""
        today = timezone.localdate()
        first = self.cleaned_data["first_day"] or today
        if first < today:
            raise forms.ValidationError(_("Un rôle ne se donne pas pour des jours passés."))
        return first

    def clean(self) -> dict[str, Any]:
        """Hold the place to the role, and the days in their order."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Le dernier jour vient avant le premier."))
        if cleaned.get("role") and "place" in cleaned:
            self._check_place(Role(cleaned["role"]), cleaned["place"].partition(":")[0])
        return cleaned

    @property
    def given(self) -> GivenRole:
        """The role, once the form is valid."""
        kind, _colon, key = self.cleaned_data["place"].partition(":")
        return GivenRole(
            role=Role(self.cleaned_data["role"]),
            first_day=self.cleaned_data["first_day"],
            last_day=self.cleaned_data["last_day"],
            sector_id=int(key) if kind == SECTOR else None,
            crew_id=int(key) if kind == CREW else None,
        )

    def _check_place(self, role: Role, kind: str) -> None:
        if role in HELD_IN_A_SECTOR and kind != SECTOR:
            self.add_error("place", _("Ce rôle se tient dans un secteur : choisissez-le."))
        elif role is Role.CREW and kind != CREW:
            self.add_error("place", _("Dites de quel équipage il s'agit."))
        elif role not in HELD_IN_A_SECTOR and role is not Role.CREW and kind:
            self.add_error("place", _("Ce rôle vaut pour toute la commune : ne choisissez rien ici."))


class RolesInOne(forms.BaseFormSet):  # type: ignore[type-arg]
    """The roles of one account: at least one, none twice."""

    default_error_messages = {
        **forms.BaseFormSet.default_error_messages,
        "too_few_forms": _("Donnez au moins un rôle."),
    }

    def clean(self) -> None:
        """Refuse a role that is given twice in the same place."""
        chosen = [
            (form.cleaned_data["role"], form.cleaned_data["place"])
            for form in self.forms
            if form.is_valid() and form.has_changed()
        ]
        if len(set(chosen)) < len(chosen):
            raise forms.ValidationError(_("Le même rôle est donné deux fois au même endroit."))

    @property
    def given(self) -> list[GivenRole]:
        """The roles, once they are valid."""
        return [form.given for form in self.forms if form.has_changed()]


RoleForms = forms.formset_factory(
    RoleForm,
    formset=RolesInOne,
    min_num=1,
    extra=MAX_ROLES - 1,
    max_num=MAX_ROLES,
    absolute_max=MAX_ROLES,
    validate_min=True,
    validate_max=True,
)


def places_of(commune: Commune) -> list[Any]:
    """Return the sectors and crews of the commune as the choices of a role's place."""
    sectors = Sector.objects.filter(commune=commune).order_by("number")
    crews = Crew.objects.filter(commune=commune).order_by("name")
    return [
        ("", _("Toute la commune")),
        (_("Secteurs"), [(f"{SECTOR}:{sector.pk}", str(sector)) for sector in sectors]),
        (_("Équipages"), [(f"{CREW}:{crew.pk}", str(crew)) for crew in crews]),
    ]


class TokenForm(forms.Form):
    """A token for a tool: the word by which it is known, and how long it serves."""

    label = forms.CharField(
        label=_("Nom du logiciel"),
        max_length=60,
        help_text=_("Par exemple « QGIS du service urbanisme » ; pas le nom d'une personne."),
    )
    last_day = forms.DateField(label=_("Jusqu'au"), widget=DayInput(), help_text=_("Un an au plus."))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("last_day", today + LASTS_AT_MOST)

    def clean_last_day(self) -> dt.date:
        """Refuse a day that is past, or too far ahead."""
        last_day: dt.date = self.cleaned_data["last_day"]
        if last_day < self.today:
            raise forms.ValidationError(_("Ce jour est passé : choisissez-en un à venir."))
        if last_day > self.today + LASTS_AT_MOST:
            raise forms.ValidationError(_("Un jeton sert un an au plus : choisissez un jour plus proche."))
        return last_day
