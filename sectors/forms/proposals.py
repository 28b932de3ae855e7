"""What is said at each step of a proposal, and the file of a drawing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.presentation.forms import DayInput
from sectors.importers.perimeter_files import MAX_BYTES
from sectors.models import Proposal
from sectors.services.examination import drawn_in
from sectors.street_lines import Side

LONGEST_COMMENT = 1000
LONGEST_LIST = 20_000
LONGEST_NAME = 120  # of a sector
HIGHEST_NUMBER = 32_767  # of what the database keeps


class DayForm(forms.Form):
    """On which day the perimeters are shown."""

    jour = forms.DateField(label=gettext_lazy("Périmètres du"), required=False, widget=DayInput())


class CommentForm(forms.Form):
    """A step: what is said of it, and the drawing that the person was looking at."""

    comment = forms.CharField(
        label=gettext_lazy("Commentaire"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Lu par le référent, la police et le CLSPD. Aucun nom."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def at(cls, proposal: Proposal, step: str) -> "CommentForm":
        """An empty form for a proposal as it stands."""
        return cls(prefix=step, initial={"revision": proposal.revision, "from_day": timezone.localdate()})

    def refuse(self, sentences: Sequence[str]) -> None:
        """Say what is wrong, and where."""
        self.add_error(None, list(sentences))


class TakeUpForm(forms.Form):
    """The drawing that the person was looking at when they took an earlier one up."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class ReasonForm(CommentForm):
    """An end that the authors of the proposal read about: its reason."""

    comment = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Lue par le référent, la police et le CLSPD. Aucun nom."),
    )


class ApproveForm(CommentForm):
    """An approval: from which day it is in force."""

    from_day = forms.DateField(
        label=gettext_lazy("En vigueur à partir du"),
        widget=DayInput(),
        help_text=gettext_lazy(
            "Aujourd'hui au plus tôt, deux ans d'avance au plus. Le périmètre d'avant s'arrête la veille et reste "
            "consultable."
        ),
    )
    field_order = ("from_day", "comment", "revision")


class DrawingForm(CommentForm):
    """A file of contours; read at once and kept nowhere."""

    comment = None  # type: ignore[assignment]
    file = forms.FileField(
        label=gettext_lazy("Fichier du tracé"),
        help_text=gettext_lazy(
            "GeoJSON, GeoPackage, Shapefile zippé, GPX ou KML, 8 Mio au plus. Un seul contour remplace celui du "
            "secteur ; plusieurs portent chacun le numéro du leur. Le fichier n'est pas gardé."
        ),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,.gpkg,.zip,.gpx,.kml,.kmz"}),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("Le fichier dépasse 8 Mio : simplifiez les tracés, ou partagez-le."))
        return file

    def refuse(self, sentences: Sequence[str]) -> None:
        self.add_error("file", list(sentences))


class StreetsForm(forms.Form):
    """A list of streets around which the perimeter of a sector is built."""

    key = forms.ChoiceField(label=gettext_lazy("Secteur"))
    streets = forms.CharField(
        label=gettext_lazy("Rues du secteur, une par ligne"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Par exemple : « rue du Moulin, du 1 au 45 impairs », ou « place du Marché »."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def about(
        cls, proposal: Proposal, sent: QueryDict | None = None, *, streets: str = "", key: str = ""
    ) -> "StreetsForm":
        """The form of a proposal, whose areas are the choices of the sector."""
        choices = [(each.key, str(each)) for each in drawn_in(proposal.last_saved())]
        initial = {"revision": proposal.revision, "streets": streets, "key": key or choices[0][0]}
        form = cls(sent, prefix="streets", initial=initial)
        form.fields["key"] = forms.ChoiceField(
            label=form.fields["key"].label,
            choices=choices,
            widget=forms.Select() if len(choices) > 1 else forms.HiddenInput(),
        )
        return form

    def listed(self) -> tuple[str, str]:
        """What was sent as the list and the sector, right or wrong."""
        return self.data.get(self.add_prefix("streets"), ""), self.data.get(self.add_prefix("key"), "")


class NewSectorForm(forms.Form):
    """A sector that is not there yet, and the streets that it begins with."""

    number = forms.IntegerField(label=gettext_lazy("Numéro"), min_value=1, max_value=HIGHEST_NUMBER)
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=LONGEST_NAME)
    streets = forms.CharField(
        label=gettext_lazy("Premières rues, une par ligne"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Le périmètre part de leurs adresses ; il se dessine ensuite dans l'atelier. "
            "Par exemple : « rue du Moulin, du 1 au 45 impairs »."
        ),
    )


class StreetForm(forms.Form):
    """One street to add to the list, with its numbers and its side."""

    street = forms.CharField(label=gettext_lazy("Rue"), max_length=120)
    first = forms.IntegerField(label=gettext_lazy("Du n°"), required=False, min_value=0, max_value=99_999)
    last = forms.IntegerField(label=gettext_lazy("Au n°"), required=False, min_value=0, max_value=99_999)
    side = forms.ChoiceField(
        label=gettext_lazy("Côté"),
        required=False,
        choices=[
            (Side.BOTH.value, gettext_lazy("pair et impair")),
            (Side.EVEN.value, gettext_lazy("pair")),
            (Side.ODD.value, gettext_lazy("impair")),
        ],
    )

    def line(self) -> str:
        """Write the street as the list has it: « rue du Moulin, du 1 au 45 impairs »."""
        said = self.cleaned_data
        first, last = said["first"], said["last"]
        numbers = [
            *([f"du {first} au {last}"] if first is not None and last is not None else []),
            *([f"à partir du {first}"] if first is not None and last is None else []),
            *([f"jusqu'au {last}"] if first is None and last is not None else []),
            *([said["side"]] if said["side"] else []),
        ]
        return ", ".join([said["street"], *([" ".join(numbers)] if numbers else [])])
