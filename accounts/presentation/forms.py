"""The one way in which forms are drawn: ``{{ form }}`` gives labels, hints, errors and their summary."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Draw forms with the templates of ``accounts/templates/ronde/``; widgets keep Django's."""

    form_template_name = "ronde/form.html"
    field_template_name = "ronde/field.html"


class DayInput(forms.DateInput):
    """The browser's own calendar, which speaks ISO days whatever the language of the page."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
