"""A middleware in place of the walls, for the benchmark that measures what they cost."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.person import NOBODY, Person

# Who asks, set by the benchmark before each request.
person: Person = NOBODY


def know(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the person is known beforehand."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.person = person  # type: ignore[attr-defined]
        return get_response(request)

    return answer
