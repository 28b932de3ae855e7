"""The guards in the code: who may open each view, what each right says, and what is left out on purpose."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from accounts import rights
from accounts.permissions import Access, access_of
from accounts.rights import Reach
from accounts.roles import Role
from tests.access.addresses import ADDRESSES, Free
from tests.access.mutants.mutant import Mutant
from tests.access.urls import routes

PAGE_TESTS = ("test_every_address.py", "test_reach.py", "test_matrix.py")
RIGHTS_TESTS = ("test_policy.py", "test_every_address.py", "test_matrix.py")


def opened_views() -> Iterator[Mutant]:
    """Each view that is not for everybody becomes so, or loses one of its conditions."""
    for name, route in routes():
        said = access_of(route.callback)
        if said is None or isinstance(ADDRESSES[name], Free):
            continue
        changes = {"for everybody": Access(is_public=True)}
        if said.rights:
            changes["for whoever is logged in"] = replace(said, rights=(), reach=None)
        admits_somebody = bool(_holders(said))
        if said.needs_recent_proof and admits_somebody:
            changes["without a recent proof"] = replace(said, needs_recent_proof=False)
        if _narrows(said):
            changes["however far the right goes"] = replace(said, reach=None)
        if not said.is_on_the_way_in and admits_somebody:
            changes["before the second factor"] = replace(said, is_on_the_way_in=True)
        for what, access in changes.items():
            view = route.callback
            yield Mutant(
                kind="view",
                name=f"{name} {what}",
                tests=PAGE_TESTS,
                patch=lambda view=view, access=access: setattr(view, "access", access),
                hint=_hint(name, what, said),
            )


def _narrows(said: Access) -> bool:
    """Whether a view's reach refuses it to a role that holds its rights in some other way."""
    return bool(_stopped_by_reach(said))


def _holders(said: Access) -> list[Role]:
    """The roles that hold all rights of a view, however far they go."""
    return [role for role in Role if all(rights.RIGHTS[right].reach_of(role) for right in said.rights)]


def _stopped_by_reach(said: Access) -> list[Role]:
    return [
        role
        for role in _holders(said)
        if said.reach is not None
        and not all(rights.RIGHTS[right].reach_of(role) is said.reach for right in said.rights)
    ]


def _hint(name: str, what: str, said: Access) -> str:
    holders = " or ".join(_holders(said)) or "nobody"
    stopped = " or ".join(_stopped_by_reach(said)) or "nobody"
    return {
        "for everybody": f"visitor and {name.replace(':', ' and ')}",
        "for whoever is logged in": "serves_the_rows",
        "without a recent proof": f"given_long_ago and ({holders})",
        "however far the right goes": f"refused_does_not_exist and ({stopped})",
        "before the second factor": f"test_before and ({holders})",
    }[what]


def changed_rights() -> Iterator[Mutant]:
    """Each right is given to every role, or taken from all."""
    for name, right in rights.RIGHTS.items():
        for what, reaches in (("all", dict.fromkeys(Role, Reach.COMMUNE)), ("none", {})):
            changed = replace(right, reaches=reaches)
            if changed != right:
                yield Mutant(
                    kind="right",
                    name=f"{name} for {what}",
                    tests=RIGHTS_TESTS,
                    patch=lambda name=name, changed=changed: rights.RIGHTS.__setitem__(name, changed),
                    # Without a database, it would come last.
                    hint=f"says_what_the_policy_says and {name}",
                )


def lost_exclusions() -> Iterator[Mutant]:
    """Each exclusion in the code that a leak would pass through is lost."""
    from accounts.models.people import DeviceQuerySet, InvitationQuerySet
    from accounts.models.service_tokens import ServiceTokenQuerySet
    from accounts.person import Person
    from accounts.services import sessions
    from config import kept_sessions, walled_requests
    from config.walled_requests import WalledRequests
    from sectors.views.proposals import exchange

    def lose(owner: object, name: str, instead: object) -> Callable[[], None]:
        return lambda: setattr(owner, name, instead)

    every = lambda rows, *_, **__: rows.all()  # noqa: E731
    holdings_anywhere = lambda person: person.holdings  # noqa: E731
    for name, patch, tests in (
        ("revoked devices", lose(DeviceQuerySet, "in_use", every), ("test_reach.py", "test_matrix.py")),
        (
            "withdrawn and expired tokens",
            lose(ServiceTokenQuerySet, "in_use", every),
            ("../accounts/test_service_tokens.py",),
        ),
        (
            "whether a tool holds a token",
            lose(walled_requests, "holds_token", lambda *_: True),
            ("test_every_address.py",),
        ),
        (
            "used, revoked and expired invitations",
            lose(InvitationQuerySet, "open_at", every),
            ("../accounts/test_invitations.py",),
        ),
        ("a crew's device", lose(Person, "_usable", holdings_anywhere), ("test_reach.py", "test_matrix.py")),
        ("the end of sessions", lose(sessions, "end_reason", lambda *_, **__: ""), ("test_matrix.py",)),
        (
            "what a proof was given for",
            lose(sessions, "is_proved_for", lambda *_, **__: True),
            ("../accounts/test_devices.py",),
        ),
        (
            "that a proof serves once",
            lose(sessions, "spend_proof", lambda *_: None),
            ("../patrols/desk/test_calls.py",),
        ),
        (
            "a session's device",
            lose(sessions, "has_lost_device", lambda *_: False),
            ("../accounts/test_devices.py",),
        ),
        ("the age of a proof", lose(kept_sessions, "_is_recent", lambda age: True), ("test_every_address.py",)),
        ("no keeping of answers", lose(walled_requests, "forbid_keeping", lambda *_: None), ("test_reach.py",)),
        ("the trace of a refusal", lose(walled_requests, "note_refusal", lambda *_: None), ("test_reach.py",)),
        ("who asks, said to the database", lose(walled_requests.scope, "enter", lambda *_: None), PAGE_TESTS),
        (
            "a drawing of a neighbour",
            lose(exchange, "_refuse_others", lambda *_: None),
            ("../sectors/test_workshop_exchange.py",),
        ),
        ("the refusal itself", lose(WalledRequests, "process_view", lambda *_: None), PAGE_TESTS),
    ):
        yield Mutant(kind="exclusion", name=name, tests=tests, patch=patch)
