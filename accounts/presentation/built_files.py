"""The files that the frontend's build makes, read by views that send one on in an answer of their own."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage


def read_built(name: str) -> str:
    """Read a built file: gathered where the site runs, in its folder where it is developed."""
    if found := finders.find(name):
        return Path(str(found)).read_text(encoding="utf-8")
    with staticfiles_storage.open(name) as file:
        return str(file.read().decode())
