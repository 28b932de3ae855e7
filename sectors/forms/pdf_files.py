"""A document that is sent to be kept: read to its end, and refused unless it is a PDF by its content."""

from typing import Any

from django import forms

from sectors.errors import NotAPdf
from sectors.pdf_files import MAX_BYTES, check_pdf


class PdfField(forms.FileField):
    """A PDF; its value is its content, None when none was sent. What is too large is not even read."""

    widget = forms.FileInput(attrs={"accept": "application/pdf,.pdf"})

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        """Return the content of what was sent."""
        sent = super().clean(data, initial)
        if not sent:
            return None
        try:
            content = bytes(sent.read(MAX_BYTES + 1))
            check_pdf(content)
        except NotAPdf as error:
            raise forms.ValidationError(str(error)) from error
        return content
