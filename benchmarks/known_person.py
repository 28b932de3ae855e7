"""A middleware in place of the walls, for the benchmark that measures what they cost."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.person import NOBODY, Person

# Who asks, set by the benchmark before each request.
person: Person = NOBODY
# Whether the account of the session is read, as any site reads it that has log-ins.
reads_account = False


def know(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the person is known beforehand."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.person = person  # type: ignore[attr-defined]
        if reads_account:
            request.user.is_authenticated  # noqa: B018 (it is read when it is first asked for)
        return get_response(request)

    return answer
