"""The site with a view whose author forgot to say whom it serves."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def say_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ouvert à tous")


handler404 = "config.failures.explain_absence"
urlpatterns = [path("silence/", say_nothing), path("", include("config.urls"))]
