"""The person behind a request, and what they hold on this day in the commune that the site serves."""

from dataclasses import dataclass

from accounts.rights import Reach, right_named
from accounts.roles import POLICE, WITHOUT_SECOND_FACTOR, Role


@dataclass(frozen=True, kw_only=True)
class Holding:
    """One role held today, in a sector or a crew where the role asks for one."""

    role: Role
    sector_id: int | None = None
    crew_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who asks: an account and its holdings in one commune, or nobody in particular (``account_id`` is None).

    ``device_id`` is the enrolled device from which the request comes, if any: a crew holds its role on one only.
    """

    account_id: int | None
    commune: str = ""
    holdings: tuple[Holding, ...] = ()
    device_id: int | None = None

    @property
    def is_known(self) -> bool:
        """Whether somebody is logged in."""
        return self.account_id is not None

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held today; a crew's counts on an enrolled device only."""
        return frozenset(holding.role for holding in self._usable())

    @property
    def roles_held(self) -> frozenset[Role]:
        """The roles held today, a crew's included wherever the request comes from."""
        return frozenset(holding.role for holding in self.holdings)

    @property
    def must_have_second_factor(self) -> bool:
        """Whether one of the roles demands a second factor."""
        return bool(self.roles_held - WITHOUT_SECOND_FACTOR)

    @property
    def is_crew_anywhere(self) -> bool:
        """Whether the person is in a crew, enrolled device or not: they may enrol one."""
        return Role.CREW in self.roles_held

    @property
    def is_police(self) -> bool:
        """Whether the person is a police correspondent, municipal or national."""
        return bool(self.roles & POLICE)

    def sectors(self, role: Role) -> frozenset[int]:
        """Keys of the sectors where the role is held."""
        return frozenset(
            holding.sector_id for holding in self._usable() if holding.role is role and holding.sector_id
        )

    @property
    def crews(self) -> frozenset[int]:
        """Keys of the person's crews."""
        return frozenset(holding.crew_id for holding in self._usable() if holding.crew_id)

    def reach_of(self, right: str) -> frozenset[Reach]:
        """How far a right goes for the person; empty when it is refused.

        Raises
        ------
        KeyError
            When the policy knows no such right.
        """
        granted = right_named(right)
        reaches = {granted.reach_of(role) for role in self.roles} or {granted.reach_of(None)}
        # What is one's own needs no enrolled device: a crew member reads their log, and gives up a lost phone.
        reaches |= {Reach.OWN for role in self.roles_held if granted.reach_of(role) is Reach.OWN}
        return frozenset(reach for reach in reaches if reach is not None)

    def may(self, right: str) -> bool:
        """Whether the person holds a right, however narrow; row-level security then narrows the rows."""
        return bool(self.reach_of(right))

    def _usable(self) -> tuple[Holding, ...]:
        return tuple(
            holding for holding in self.holdings if holding.role is not Role.CREW or self.device_id is not None
        )


NOBODY = Person(account_id=None)
