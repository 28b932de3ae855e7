"""Each request of the tests goes through the walls: the owner becomes the web login, without a job, meanwhile."""

from collections.abc import Callable
from threading import Condition

from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.walls.logins import Login

Handler = Callable[[HttpRequest], HttpResponse]
CALM_WITHIN_S = 20


class Underway:
    """The requests that are being answered, by every thread of the live site."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = Condition()

    def add(self, more: int) -> None:
        with self.changed:
            self.count += more
            self.changed.notify_all()

    def wait_until_none(self) -> bool:
        """Whether all were answered in time: the database may then be emptied without a deadlock."""
        with self.changed:
            return self.changed.wait_for(lambda: self.count == 0, timeout=CALM_WITHIN_S)


underway = Underway()


def become_web(get_response: Handler) -> Handler:
    """Middleware, the first of all: also what is read before the person is known is read as the site reads it."""

    def answer(request: HttpRequest) -> HttpResponse:
        underway.add(1)
        try:
            return answer_as_web(request)
        finally:
            underway.add(-1)

    def answer_as_web(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {Login.WEB}; SET ronde.job = ''")
        try:
            return get_response(request)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE; RESET ronde.job")

    return answer
