"""The site's addresses."""

from django.urls import URLPattern, URLResolver, include, path

from config import pages
from config.home.views import enter_site, show_home

handler400 = "config.failures.explain_bad_request"
handler403 = "config.failures.explain_refusal"
handler404 = "config.failures.explain_absence"
handler500 = "config.failures.explain_failure"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", enter_site, name="entrance"),
    path("accueil/", show_home, name="home"),
    path("aide/", pages.explain_use, name="help"),
    path("confidentialite/", pages.explain_privacy, name="privacy"),
    path("accessibilite/", pages.explain_accessibility, name="accessibility"),
    path("", include("accounts.urls")),
    path("", include("config.desk.urls")),
    path("", include("config.own_data.urls")),
    path("", include("sectors.urls")),
    path("", include("absences.urls")),
    path("", include("reports.urls")),
    path("", include("maps.urls")),
    path("", include("patrols.urls")),
]
