"""Say on a view which rows of the access policy it serves; a view that says nothing is refused to everybody.

``config.walled_requests`` reads the saying before the view runs, and the matrix test walks all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.person import NOBODY, Person
from accounts.rights import Reach, right_named


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may ask for a view: anyone, anyone who is logged in, or who holds every right named.

    With ``reach``, a right counts only where it goes that far: the devices of the commune are not for a crew, who
    may revoke their own.
    ``needs_recent_proof`` asks for a second factor given a short while ago (revealing, exporting, unsealing); with
    ``takes_password``, whoever may do without a second factor and has none gives their password again instead;
    with ``goes_on``, the address says all that the view's form sends, and once the factor is given one goes on
    there (`accounts.services.sessions.goes_on`) instead of sending the form again.
    ``is_for_tools`` opens the view, without a person, to a tool that holds a token of the commune (`tools_too`).
    ``is_on_the_way_in`` opens the view before the second factor that the person's roles demand is given or set up.
    """

    rights: tuple[str, ...] = ()
    reach: Reach | None = None
    is_public: bool = False
    needs_recent_proof: bool = False
    takes_password: bool = False
    goes_on: bool = False
    is_for_tools: bool = False
    is_on_the_way_in: bool = False

    def admits(self, person: Person) -> bool:
        """Whether the person may ask for the view; what they then see is narrowed by the walls."""
        if self.is_public:
            return True
        return (person.is_known or bool(self.rights)) and all(
            self._is_held(right, person) for right in self.rights
        )

    def _is_held(self, right: str, person: Person) -> bool:
        return person.may(right) if self.reach is None else self.reach in person.reach_of(right)


def public[View: Callable[..., HttpResponse]](view: View) -> View:
    """Open a view to anybody, logged in or not."""
    return _say(view, Access(is_public=True))


def logged_in[View: Callable[..., HttpResponse]](view: View) -> View:
    """Open a view to whoever is logged in, whatever they hold: their own account."""
    return _say(view, Access())


def on_the_way_in[View: Callable[..., HttpResponse]](
    *, needs_recent_proof: bool = False
) -> Callable[[View], View]:
    """Open a view to whoever has given their password, even before the second factor that their roles demand."""

    def decorate(view: View) -> View:
        return _say(view, Access(is_on_the_way_in=True, needs_recent_proof=needs_recent_proof))

    return decorate


def allows[View: Callable[..., HttpResponse]](
    *rights: str,
    reach: Reach | None = None,
    needs_recent_proof: bool = False,
    takes_password: bool = False,
    goes_on: bool = False,
) -> Callable[[View], View]:
    """Open a view to those who hold every one of the rights, each going as far as ``reach`` when it is given.

    Raises
    ------
    KeyError
        When a right is not a row of the policy.
    """
    for right in rights:
        right_named(right)

    def decorate(view: View) -> View:
        said = Access(
            rights=rights,
            reach=reach,
            needs_recent_proof=needs_recent_proof,
            takes_password=takes_password,
            goes_on=goes_on,
        )
        return _say(view, said)

    return decorate


def tools_too[View: Callable[..., HttpResponse]](view: View) -> View:
    """Open a view, beside those whom it says, to a tool that holds a token: it is about nobody."""
    return _say(view, replace(view.access, is_for_tools=True))  # type: ignore[attr-defined]


def may_be_kept[View: Callable[..., HttpResponse]](view: View) -> View:
    """Let browsers keep what a view answers, as the view says itself: it is about nobody."""
    view.may_be_kept = True  # type: ignore[attr-defined]
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view says of itself, None when it says nothing."""
    return getattr(view, "access", None)


def person_of(request: HttpRequest) -> Person:
    """Return who asks."""
    return getattr(request, "person", NOBODY)


def _say[View: Callable[..., HttpResponse]](view: View, access: Access) -> View:
    view.access = access  # type: ignore[attr-defined]
    return view
