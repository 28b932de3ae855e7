"""Addresses of one's own data."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from config.own_data import views
from config.own_data.document import FORMATS


class ExtractFormat(StringConverter):
    """One of the formats in which one's data are handed over."""

    regex = "|".join(FORMATS)


register_converter(ExtractFormat, "extract_format")

urlpatterns = [
    path("compte/mes-donnees/", views.show_own_data, name="own_data"),
    path(
        "compte/mes-donnees/extrait.<extract_format:extension>", views.download_own_data, name="download_own_data"
    ),
]
