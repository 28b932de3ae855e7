"""A text that the guard reads: in the browser while one types, and here."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from reports.errors import TextRefused
from reports.guard import MAX_CHARACTERS
from reports.services.wording import admit

WHAT_IT_MAY_NOT_CARRY = gettext_lazy(
    "Des faits, en 500 signes au plus. Ni nom, ni plaque, ni téléphone ; rien sur l'origine, la religion, les "
    "opinions ou la santé de quelqu'un."
)


class TextField(forms.CharField):
    """A short text without what a report may not carry; what is refused goes back to its writer alone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "help_text": WHAT_IT_MAY_NOT_CARRY,
                "strip": False,
                "widget": forms.Textarea(attrs={"rows": 5, "data-guard": "", "data-most": MAX_CHARACTERS}),
                **options,
            }
        )

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        if not text and not self.required:
            return ""
        try:
            return admit(text)
        except TextRefused as refusal:
            raise ValidationError(str(refusal)) from refusal
