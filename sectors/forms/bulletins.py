"""What is typed of a prevention message, and by which means it was relayed."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from geo import french
from sectors.forms.pdf_files import PdfField
from sectors.models import Bulletin, BulletinRelay, BulletinTemplate, Sector
from sectors.models.bulletin_attachments import LONGEST_TITLE
from sectors.models.bulletins import LONGEST_SUBJECT, LONGEST_TEXT
from sectors.services.bulletins.writing import Written


class SectorsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Sectors to tick, each with how many référents would read there."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, referents: Mapping[int, int], **options: Any) -> None:
        self.referents = referents
        super().__init__(**options)

    def label_from_instance(self, sector: Any) -> str:
        number = self.referents.get(sector.pk, 0)
        told = french.counted(number, "référent") if number else _("aucun référent : personne ne le lira")
        return f"{sector} ({told})"


class BulletinForm(forms.Form):
    """Subject, text and sectors of a message; a draft may lack any of them."""

    subject = forms.CharField(
        label=_("Objet"),
        max_length=LONGEST_SUBJECT,
        help_text=_("Ce que l'on comprend d'un coup d'œil, par exemple «\u00a0Faux agents des eaux\u00a0»."),
    )
    text = forms.CharField(
        label=_("Texte"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"class": "is-tall"}),
        help_text=_(
            "Court et direct : ce qui se passe, ce qu'il faut faire. Aucun nom, aucune adresse, aucune plaque."
        ),
    )

    def __init__(
        self,
        *args: Any,
        sectors: QuerySet[Sector],
        referents: Mapping[int, int],
        is_draft: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["everywhere"] = forms.BooleanField(label=_("Tous les secteurs de la commune"))
        self.fields["sectors"] = SectorsField(
            label=_("Secteurs"),
            queryset=sectors.order_by("number"),
            referents=referents,
            error_messages={"required": _("Cochez un secteur au moins, ou tous les secteurs de la commune.")},
        )
        for field in self.fields.values():
            field.required = not is_draft
        self.fields["everywhere"].required = False
        if self.data.get("everywhere"):
            self.fields["sectors"].required = False

    def written(self) -> Written:
        """What was typed, once the form is valid."""
        given = self.cleaned_data
        sectors = self.fields["sectors"].queryset if given["everywhere"] else given["sectors"]  # type: ignore[attr-defined]
        return Written(subject=given["subject"], text=given["text"], sectors=sectors)


def fill(bulletin: Bulletin) -> dict[str, Any]:
    """Return what a form shows of a draft."""
    return {"subject": bulletin.subject, "text": bulletin.text, "sectors": bulletin.sectors.all()}


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """A text from which messages begin."""

    class Meta:
        model = BulletinTemplate
        fields = ["title", "subject", "text"]
        widgets = {"text": forms.Textarea(attrs={"class": "is-tall"})}

    def clean_title(self) -> str:
        """Refuse a title that another text of the commune bears."""
        title: str = self.cleaned_data["title"]
        others = BulletinTemplate.objects.filter(commune=self.instance.commune_id).exclude(pk=self.instance.pk)
        if others.filter(title=title).exists():
            raise forms.ValidationError(_("Un autre modèle porte déjà ce titre."))
        return title


class AttachmentForm(forms.Form):
    """A document to join to a message, and the title by which its readers choose it."""

    title = forms.CharField(
        label=_("Titre"),
        max_length=LONGEST_TITLE,
        help_text=_("Ce que l'on ouvre, par exemple «\u00a0Affiche A4\u00a0»."),
    )
    content = PdfField(label=_("Document (PDF)"), help_text=_("5 Mo au plus, sans mot de passe ni fichier joint."))


class RelayForm(forms.Form):
    """By which means a message was passed on, and in which of one's sectors when there are several."""

    means = forms.TypedMultipleChoiceField(
        label=_("Par quel moyen"),
        choices=BulletinRelay.Means.choices,
        coerce=BulletinRelay.Means,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, sectors: Iterable[Sector], **options: Any) -> None:
        super().__init__(*args, **options)
        self.mine = list(sectors)
        if len(self.mine) > 1:
            self.fields["sectors"] = forms.TypedMultipleChoiceField(
                label=_("Dans quel secteur"),
                choices=[(sector.pk, str(sector)) for sector in self.mine],
                coerce=int,
                widget=forms.CheckboxSelectMultiple,
            )

    def sectors_chosen(self) -> list[Sector]:
        """The sectors that were ticked, or the only one."""
        chosen = self.cleaned_data.get("sectors")
        return self.mine if chosen is None else [sector for sector in self.mine if sector.pk in chosen]
