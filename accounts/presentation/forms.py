"""The one way in which forms are drawn: ``{{ form }}`` gives labels, hints, errors and their summary."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.functional import Promise


class FormRenderer(TemplatesSetting):
    """Draw forms with the templates of ``accounts/templates/ronde/``; widgets keep Django's."""

    form_template_name = "ronde/form.html"
    field_template_name = "ronde/field.html"


class NeededWhen(forms.Field):
    """A field that another answer of the form may demand: its label says when, in place of « (facultatif) »."""

    def __init__(self, *, needed_when: str | Promise, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.needed_when = needed_when


class ChoiceNeededWhen(NeededWhen, forms.ChoiceField):
    """A choice that another answer may demand."""


class TextNeededWhen(NeededWhen, forms.CharField):
    """A text that another answer may demand."""


class EmailNeededWhen(NeededWhen, forms.EmailField):
    """An e-mail address that another answer may demand."""


class DayNeededWhen(NeededWhen, forms.DateField):
    """A day that another answer may demand."""


class TimeNeededWhen(NeededWhen, forms.TimeField):
    """An hour that another answer may demand."""


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO days whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
