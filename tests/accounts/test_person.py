from accounts.person import NOBODY, Holding, Person
from accounts.rights import Reach
from accounts.roles import Role

CREW = Holding(role=Role.CREW, crew_id=1)
DPO = Holding(role=Role.DPO)


def test_a_crew_member_without_a_device_keeps_what_is_their_own_and_nothing_of_the_round():
    person = Person(account_id=7, commune="26999", holdings=(CREW,))

    assert person.reach_of("audit.own_entries") == {Reach.OWN}
    assert person.reach_of("device.revoke") == {Reach.OWN}
    assert person.reach_of("route.schedule") == frozenset()
    assert person.crews == frozenset()


def test_on_an_enrolled_device_the_round_is_shown():
    person = Person(account_id=7, commune="26999", holdings=(CREW,), device_id=1)

    assert person.reach_of("route.schedule") == {Reach.ROUTE}
    assert person.crews == {1}


def test_rights_of_several_roles_add_up():
    person = Person(account_id=7, commune="26999", holdings=(CREW, DPO))

    assert person.reach_of("audit.own_entries") == {Reach.OWN, Reach.COMMUNE}
    assert person.reach_of("device.revoke") == {Reach.OWN, Reach.COMMUNE}


def test_a_visitor_reads_the_names_of_sectors_and_nothing_else():
    assert NOBODY.may("sector.name")
    assert not NOBODY.may("sector.perimeter")
    assert not NOBODY.may("audit.own_entries")
