"""Documents that somebody sent us, handed over to be saved."""

from django.http import HttpResponse


def send_pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a document to be saved, under a name that tells nobody: it is never shown in the page."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Whoever opens it in the browser all the same gives it no script, no form and no origin.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
