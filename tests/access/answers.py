"""What an answer says, in words that a test can look for."""

import subprocess

from django.http import HttpResponse


def read(answer: HttpResponse) -> str:
    """The text of an answer: body, headers and cookies; a PDF as its words."""
    if answer.headers.get("Content-Type") != "application/pdf":
        return answer.content.decode(errors="replace")
    said = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=answer.content, capture_output=True, check=True
    )
    return said.stdout.decode()
