"""The site's addresses."""

from django.urls import URLPattern, URLResolver, include, path

handler500 = "maps.views.explain_failure"
urlpatterns: list[URLPattern | URLResolver] = [path("", include("maps.urls"))]
