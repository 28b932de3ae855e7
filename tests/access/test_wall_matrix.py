"""Who is shown which rows, role by role and table by table, in two communes."""

import psycopg
import pytest
from allauth.mfa.models import Authenticator
from django.db.models import Q

from absences.models import (
    Absence,
    AllowedHours,
    AllowedPerson,
    Draft,
    HouseholdAccess,
    HouseholdContacts,
    NameToken,
)
from accounts.models import Account, Device, Export, Grant, Identity, Invitation
from accounts.person import NOBODY, Person
from accounts.roles import HELD_IN_A_SECTOR, POLICE, Role
from accounts.walls.logins import Login
from patrols.models import (
    CallAttempt,
    Crew,
    Depot,
    JoinedPassage,
    Leg,
    MissedStop,
    Omission,
    Passage,
    PassageAmendment,
    PassageNote,
    PassageOrigin,
    Plan,
    Receipt,
    RefusedEntry,
    RiskSurface,
    Route,
    RouteBreak,
    RouteStay,
    Shift,
    ShiftBreak,
    Stop,
)
from sectors.models import (
    Agreement,
    Attendance,
    DecisionReading,
    Meeting,
    Minutes,
    Proposal,
    ProposalRevision,
    ProposalStep,
    ProposedArea,
    Pseudonym,
    Registration,
    Signatory,
    SignedCopy,
    Training,
)
from tests.access.in_sql import acting, keys_in, site
from tests.access.people import Place

pytestmark = pytest.mark.django_db


# The letters of the policy: C the commune, T one's own crew's round, A there after an anomaly, S one's own sector,
# O one's own; R one's own and the mandates of référents of the commune; V one's own and those of the sector's
# vigilants.
CREW_AND_POLICE = {**dict.fromkeys(POLICE, "C"), Role.CREW: "T"}
POLICE_ALONE = dict.fromkeys(POLICE, "C")
KEEPERS = {Role.ADMINISTRATOR: "C", Role.DPO: "C"}
OWN = dict.fromkeys(Role, "O")
PROPOSALS = {**POLICE_ALONE, Role.CLSPD: "C", Role.REFERENT: "S"}
EVERYBODY = dict.fromkeys(Role, "C")
NAMES_OF_A_SECTOR = {**POLICE_ALONE, **KEEPERS, **dict.fromkeys(HELD_IN_A_SECTOR, "S")}
SHOWN = {
    "absences_absence": CREW_AND_POLICE,
    "absences_allowedhours": CREW_AND_POLICE,
    "absences_householdaccess": CREW_AND_POLICE,
    "absences_householdcontacts": {**POLICE_ALONE, Role.CREW: "A"},
    "absences_allowedperson": CREW_AND_POLICE,
    "absences_nametoken": {Role.MUNICIPAL_POLICE: "C"},
    "absences_draft": OWN,
    "patrols_plan": CREW_AND_POLICE,
    "patrols_route": CREW_AND_POLICE,
    "patrols_stop": CREW_AND_POLICE,
    "patrols_leg": CREW_AND_POLICE,
    "patrols_routebreak": CREW_AND_POLICE,
    "patrols_routestay": CREW_AND_POLICE,
    "patrols_passage": CREW_AND_POLICE,
    "patrols_passageorigin": {Role.MUNICIPAL_POLICE: "C", Role.CREW: "T"},
    "patrols_joinedpassage": CREW_AND_POLICE,
    "patrols_passagenote": CREW_AND_POLICE,
    "patrols_callattempt": CREW_AND_POLICE,
    "patrols_passageamendment": {Role.MUNICIPAL_POLICE: "C"},
    "patrols_missedstop": POLICE_ALONE,
    "patrols_refusedentry": {Role.MUNICIPAL_POLICE: "C"},
    "patrols_receipt": {Role.CREW: "T"},
    "patrols_shift": CREW_AND_POLICE,
    "patrols_shiftbreak": CREW_AND_POLICE,
    "patrols_omission": POLICE_ALONE,
    "patrols_risksurface": POLICE_ALONE,
    "patrols_planedit": POLICE_ALONE,
    "patrols_crew_excluded_absences": POLICE_ALONE,
    "patrols_crew": {**POLICE_ALONE, **KEEPERS, Role.CREW: "C"},
    "patrols_depot": CREW_AND_POLICE,
    "accounts_account": {**OWN, **KEEPERS},
    "accounts_grant": {**OWN, **KEEPERS, Role.MUNICIPAL_POLICE: "R", Role.REFERENT: "V"},
    "accounts_device": {**OWN, **KEEPERS, Role.MUNICIPAL_POLICE: "C"},
    "accounts_invitation": {**OWN, **KEEPERS},
    "accounts_identity": OWN,
    "accounts_export": {**OWN, Role.DPO: "C"},
    "mfa_authenticator": OWN,
    "sectors_proposal": PROPOSALS,
    "sectors_proposalrevision": PROPOSALS,
    "sectors_proposedarea": PROPOSALS,
    "sectors_proposalstep": PROPOSALS,
    "sectors_agreement": EVERYBODY,
    "sectors_meeting": NAMES_OF_A_SECTOR,
    "sectors_signatory": NAMES_OF_A_SECTOR,
    "sectors_signedcopy": NAMES_OF_A_SECTOR,
    "sectors_minutes": NAMES_OF_A_SECTOR,
    "sectors_training": {**POLICE_ALONE, **KEEPERS, **dict.fromkeys(HELD_IN_A_SECTOR, "C")},
    "sectors_attendance": {**POLICE_ALONE, Role.REFERENT: "O"},
    "sectors_registration": {Role.REFERENT: "S"},
    "sectors_pseudonym": OWN,
    "sectors_decisionreading": OWN,
}


def rows_of(place: Place) -> dict[str, object]:
    """Every row of the place, table by table."""
    commune, crews = place.town.commune, place.town.crews
    stops = Stop.objects.filter(route__plan=place.plan)
    return {
        "absences_absence": Absence.objects.filter(commune=commune),
        "absences_allowedhours": AllowedHours.objects.filter(absence__commune=commune),
        "absences_householdaccess": HouseholdAccess.objects.filter(absence__commune=commune),
        "absences_householdcontacts": HouseholdContacts.objects.filter(absence__commune=commune),
        "absences_allowedperson": AllowedPerson.objects.filter(absence__commune=commune),
        "absences_nametoken": NameToken.objects.filter(absence__commune=commune),
        "absences_draft": Draft.objects.filter(account__grants__commune=commune),
        "patrols_plan": Plan.objects.filter(commune=commune),
        "patrols_route": Route.objects.filter(plan=place.plan),
        "patrols_stop": stops,
        "patrols_leg": Leg.objects.filter(route__plan=place.plan),
        "patrols_routebreak": RouteBreak.objects.filter(route__plan=place.plan),
        "patrols_routestay": RouteStay.objects.filter(route__plan=place.plan),
        "patrols_passage": Passage.objects.filter(absence__commune=commune),
        "patrols_passageorigin": PassageOrigin.objects.filter(passage__absence__commune=commune),
        "patrols_joinedpassage": JoinedPassage.objects.filter(passage__absence__commune=commune),
        "patrols_passagenote": PassageNote.objects.filter(passage__absence__commune=commune),
        "patrols_callattempt": CallAttempt.objects.filter(passage__absence__commune=commune),
        "patrols_passageamendment": PassageAmendment.objects.filter(passage__absence__commune=commune),
        "patrols_missedstop": MissedStop.objects.filter(absence__commune=commune),
        "patrols_refusedentry": RefusedEntry.objects.filter(crew__commune=commune),
        "patrols_receipt": Receipt.objects.filter(crew__commune=commune),
        "patrols_shift": Shift.objects.filter(crew__commune=commune),
        "patrols_shiftbreak": ShiftBreak.objects.filter(shift__crew__commune=commune),
        "patrols_omission": Omission.objects.filter(plan=place.plan),
        "patrols_risksurface": RiskSurface.objects.filter(plan=place.plan),
        "patrols_planedit": place.plan.edits,
        "patrols_crew_excluded_absences": Absence.objects.filter(excluded_crews__in=crews),
        "patrols_crew": Crew.objects.filter(commune=commune),
        "patrols_depot": Depot.objects.filter(commune=commune),
        "accounts_account": Account.objects.filter(grants__commune=commune),
        "accounts_grant": Grant.objects.filter(commune=commune),
        "accounts_device": Device.objects.filter(commune=commune),
        "accounts_invitation": Invitation.objects.filter(account__grants__commune=commune),
        "accounts_identity": Identity.objects.filter(account__grants__commune=commune),
        "accounts_export": Export.objects.filter(commune=commune),
        "mfa_authenticator": Authenticator.objects.filter(user__grants__commune=commune),
        "sectors_proposal": Proposal.objects.filter(commune=commune),
        "sectors_proposalrevision": ProposalRevision.objects.filter(proposal__commune=commune),
        "sectors_proposedarea": ProposedArea.objects.filter(revision__proposal__commune=commune),
        "sectors_proposalstep": ProposalStep.objects.filter(proposal__commune=commune),
        "sectors_agreement": Agreement.objects.of_commune(commune.pk),
        "sectors_meeting": Meeting.objects.filter(sector__commune=commune),
        "sectors_signatory": Signatory.objects.filter(agreement__sector__commune=commune),
        "sectors_signedcopy": SignedCopy.objects.filter(agreement__sector__commune=commune),
        "sectors_minutes": Minutes.objects.filter(meeting__sector__commune=commune),
        "sectors_training": Training.objects.filter(commune=commune),
        "sectors_attendance": Attendance.objects.filter(training__commune=commune),
        "sectors_registration": Registration.objects.filter(sector__commune=commune),
        "sectors_pseudonym": Pseudonym.objects.filter(sector__commune=commune),
        "sectors_decisionreading": DecisionReading.objects.filter(step__proposal__commune=commune),
    }


def round_of(place: Place) -> dict[str, object]:
    """What belongs to the round of Alpha, which visits homes 1, 2 and 3 of the four."""
    route, alpha = place.route, place.town.crews[0]
    homes = [absence.pk for absence in place.town.absences[:3]]
    return {
        "absences_absence": Absence.objects.filter(pk__in=homes),
        "absences_allowedhours": AllowedHours.objects.filter(absence__in=homes),
        "absences_householdaccess": HouseholdAccess.objects.filter(absence__in=homes),
        "absences_allowedperson": AllowedPerson.objects.filter(absence__in=homes),
        "patrols_plan": Plan.objects.filter(pk=place.plan.pk),
        "patrols_route": Route.objects.filter(pk=route.pk),
        "patrols_stop": route.stops,
        "patrols_leg": route.legs,
        "patrols_routebreak": route.breaks,
        "patrols_routestay": route.stays,
        "patrols_passage": Passage.objects.filter(absence__in=homes),
        "patrols_passageorigin": PassageOrigin.objects.filter(crew=alpha, passage__absence__in=homes),
        "patrols_joinedpassage": JoinedPassage.objects.filter(passage__absence__in=homes),
        "patrols_passagenote": PassageNote.objects.filter(passage__absence__in=homes),
        "patrols_callattempt": CallAttempt.objects.filter(passage__absence__in=homes),
        "patrols_receipt": Receipt.objects.filter(crew=alpha),
        "patrols_shift": Shift.objects.filter(crew=alpha),
        "patrols_shiftbreak": ShiftBreak.objects.filter(shift__crew=alpha),
        "patrols_depot": Depot.objects.filter(commune=place.town.commune),
    }


def after_anomalies(place: Place) -> dict[str, object]:
    """What Alpha may read once it has recorded an anomaly: at the second home of its round."""
    return {"absences_householdcontacts": HouseholdContacts.objects.filter(absence=place.town.absences[1])}


def of_sector(place: Place) -> dict[str, object]:
    """What is about the first sector, in which référents and vigilants hold their role."""
    agreements = place.sectors[0].agreements.all()
    about = Proposal.objects.about(place.sectors[:1])
    return {
        "sectors_proposal": about,
        "sectors_proposalrevision": ProposalRevision.objects.filter(proposal__in=about),
        "sectors_proposedarea": ProposedArea.objects.filter(revision__proposal__in=about),
        "sectors_proposalstep": ProposalStep.objects.filter(proposal__in=about),
        "sectors_meeting": place.sectors[0].meetings.all(),
        "sectors_signatory": Signatory.objects.filter(agreement__in=agreements),
        "sectors_signedcopy": SignedCopy.objects.filter(agreement__in=agreements),
        "sectors_minutes": Minutes.objects.filter(meeting__sector=place.sectors[0]),
        "sectors_registration": Registration.objects.filter(sector=place.sectors[0]),
    }


def mandates_and_own(place: Place, role: Role) -> dict[str, object]:
    mandates = Q(commune=place.town.commune, role=Role.REFERENT)
    return {"accounts_grant": Grant.objects.filter(mandates | Q(account=place.accounts[role]))}


def vigilants_and_own(place: Place, role: Role) -> dict[str, object]:
    vigilants = Q(sector=place.sectors[0], role=Role.VIGILANT)
    return {"accounts_grant": Grant.objects.filter(vigilants | Q(account=place.accounts[role]))}


def own_of(account: Account) -> dict[str, object]:
    return {
        "absences_draft": Draft.objects.filter(account=account),
        "accounts_account": Account.objects.filter(pk=account.pk),
        "accounts_grant": account.grants,
        "accounts_device": account.devices,
        "accounts_invitation": account.invitations,
        "accounts_identity": Identity.objects.filter(account=account),
        "accounts_export": Export.objects.filter(made_by=account),
        "sectors_pseudonym": Pseudonym.objects.filter(account=account),
        "sectors_decisionreading": DecisionReading.objects.filter(account=account),
        "sectors_attendance": Attendance.objects.filter(mandate__account=account),
        "mfa_authenticator": Authenticator.objects.filter(user=account),
    }


def keys(rows) -> set[object]:
    return set(rows.values_list("pk", flat=True))


def test_something_stands_behind_every_wall(busy):
    assert [table for table, rows in rows_of(busy).items() if not keys(rows)] == []
    assert set(rows_of(busy)) == set(SHOWN)


@pytest.mark.parametrize("role", Role)
def test_each_role_is_shown_its_rows_and_no_other(busy, role):
    person = busy.person(role)
    everything = {"C": rows_of(busy), "T": round_of(busy), "O": own_of(busy.accounts[role])}
    everything |= {"A": after_anomalies(busy), "S": of_sector(busy)}
    everything |= {"R": mandates_and_own(busy, role), "V": vigilants_and_own(busy, role)}
    expected = {
        table: keys(everything[reaches[role]][table]) if role in reaches else set()
        for table, reaches in SHOWN.items()
    }

    with site(person) as cursor:
        shown = {table: keys_in(cursor, table) for table in SHOWN}

    assert shown == expected


def test_a_visitor_is_shown_nothing(busy):
    with site() as cursor:
        assert {table: keys_in(cursor, table) for table in SHOWN} == {table: set() for table in SHOWN}


def test_one_may_hold_two_roles_and_is_shown_what_either_shows(busy):
    crew, keeper = busy.person(Role.CREW), busy.person(Role.ADMINISTRATOR)
    both = Person(
        account_id=crew.account_id, commune=busy.insee, holdings=crew.holdings + keeper.holdings, device_id=1
    )

    with site(both) as cursor:
        assert keys_in(cursor, "patrols_stop") == keys(round_of(busy)["patrols_stop"])
        assert keys_in(cursor, "accounts_grant") == keys(rows_of(busy)["accounts_grant"])


def test_a_role_held_elsewhere_opens_nothing_here(busy, elsewhere):
    with site(elsewhere.person(Role.MUNICIPAL_POLICE)) as cursor:
        assert keys_in(cursor, "absences_absence") == keys(rows_of(elsewhere)["absences_absence"])


# What planners write on drafts is tried in test_plan_walls.py.
ON_DRAFTS = ("route", "stop", "leg", "routebreak", "routestay", "risksurface", "omission")
PLANNED = {f"patrols_{name}" for name in (*ON_DRAFTS, "shift", "shiftbreak")}


# What a row must hold to be let in is tried in test_passage_walls.py: one of nothing but defaults never is.
# Municipal police write what belongs to an absence; the absence itself is erased by the purge alone.
@pytest.mark.parametrize(
    "table", ["absences_absence", *(name for name in SHOWN if name.startswith("patrols_") and name not in PLANNED)]
)
@pytest.mark.parametrize("command", ["DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"])
def test_the_site_changes_nothing_in_what_it_only_reads(busy, table, command):
    with site(busy.person(Role.MUNICIPAL_POLICE)) as cursor, pytest.raises(psycopg.errors.InsufficientPrivilege):
        cursor.execute(command.format(table))


@pytest.mark.parametrize("table", SHOWN)
def test_pages_of_figures_are_never_given_a_nominative_table(busy, table):
    police = busy.person(Role.MUNICIPAL_POLICE)

    with (
        acting(Login.AGGREGATES, police, job="forged") as cursor,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        cursor.execute(f"SELECT FROM {table}")


@pytest.mark.parametrize("login", [Login.WORKER, Login.OWNER])
def test_a_job_sees_all_once_it_is_declared_and_nothing_before(busy, login):
    with acting(login) as cursor:
        assert {table: keys_in(cursor, table) for table in SHOWN} == {table: set() for table in SHOWN}
    with acting(login, job="command:plan_patrols") as cursor:
        assert keys_in(cursor, "absences_absence") == set(Absence.objects.values_list("pk", flat=True))


def test_the_site_gains_nothing_by_declaring_a_job(busy):
    with site(NOBODY, job="forged") as cursor:
        assert keys_in(cursor, "absences_absence") == set()
