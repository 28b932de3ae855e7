"""Each request of the tests goes through the walls: the owner becomes the web login, without a job, meanwhile."""

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.walls.logins import Login

Handler = Callable[[HttpRequest], HttpResponse]


def become_web(get_response: Handler) -> Handler:
    """Middleware, the first of all: also what is read before the person is known is read as the site reads it."""

    def answer(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {Login.WEB}; SET ronde.job = ''")
        try:
            return get_response(request)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE; RESET ronde.job")

    return answer
