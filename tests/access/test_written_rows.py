"""What each role may add, change and take away of absences and plans, in plain SQL: every rule of writing at once.

Passages and what hangs on them are written under conditions of their own: test_passage_walls.py.
"""

from dataclasses import dataclass

import psycopg
import pytest
from django.db import models
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from absences.models import (
    Absence,
    AllowedHours,
    AllowedPerson,
    Draft,
    HouseholdAccess,
    HouseholdContacts,
    NameToken,
)
from absences.services.drafts import keep_draft
from accounts.person import Person
from accounts.roles import POLICE, Role
from patrols.models import (
    Calculation,
    Leg,
    Omission,
    Plan,
    PlanEdit,
    RiskSurface,
    Route,
    RouteBreak,
    RouteStay,
    Shift,
    ShiftBreak,
    Stop,
)
from tests.access.in_sql import site
from tests.access.people import Place, copy_of
from tests.builders import DAY, at, build_household, build_risk

pytestmark = pytest.mark.django_db

MUNICIPAL, NATIONAL = Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE
# What a statement without a condition changes: no rule of reading then stands before that of writing.
CHANGES = {
    Absence: "revision = 9",
    HouseholdAccess: "dies_in = '2026-W01'",
    HouseholdContacts: "dies_in = '2026-W01'",
    AllowedPerson: "dies_in = '2026-W01'",
    Draft: "dies_in = '2026-W01'",
    Plan: "prize = 0",
    Route: "prize = 0",
    Stop: "prize = 0",
    Leg: "length_m = 0",
    RouteBreak: "duration_s = 60",
    RouteStay: "street_name = ''",
    RiskSurface: "facts = 0",
    Omission: "prize = 0",
    PlanEdit: "undone_in = NULL",
    Shift: "day = '2026-08-12'",
    Calculation: "cancel_asked_at = NULL",
}
REMOVED = (
    AllowedHours,
    HouseholdAccess,
    HouseholdContacts,
    AllowedPerson,
    NameToken,
    Draft,
    Route,
    Stop,
    Leg,
    RouteBreak,
    RouteStay,
    RiskSurface,
    Omission,
    Shift,
    ShiftBreak,
)
ADDED = (*CHANGES, AllowedHours, NameToken, ShiftBreak)
Rows = models.QuerySet[models.Model]


@dataclass(frozen=True, kw_only=True)
class Written:
    """The commune of the site with what may be written in it, and a draft of its plan beside the version."""

    place: Place
    draft: Plan

    def rows(self, model: type[models.Model], role: Role) -> Rows:
        """What the role may write of a table."""
        every = model._default_manager
        if role not in POLICE:
            return every.none()
        if model in (Shift, ShiftBreak):
            own = self.place.town.shifts[0 if role is MUNICIPAL else 1]
            return every.filter(**{"pk" if model is Shift else "shift": own.pk})
        if model is Calculation:
            return every.filter(commune=self.place.insee)
        if model._meta.app_label == "patrols":
            way = {
                Plan: "pk",
                Stop: "route__plan",
                Leg: "route__plan",
                RouteBreak: "route__plan",
                RouteStay: "route__plan",
            }
            return every.filter(**{way.get(model, "plan"): self.draft.pk})
        if role is not MUNICIPAL:
            return every.none()
        if model is Draft:
            return every.filter(account=self.place.accounts[role])
        return every.filter(**{"commune" if model is Absence else "absence__commune": self.place.insee})


def fill(place: Place) -> Plan:
    """Put a row in every table that is written; return the draft."""
    police = place.accounts[MUNICIPAL]
    build_household(place.town.absences[0])
    keep_draft(police, {"name": ["Nom"]}, now=timezone.now())
    ShiftBreak.objects.create(shift=place.town.shifts[1], earliest_at=at(19), latest_at=at(20), duration_s=900)
    Calculation.objects.create(
        commune=place.town.commune, day=DAY, seconds=2.0, seed=7, asked_at=at(16), asked_by=police
    )
    draft = copy_of(place.plan, number=2, version=None, published_at=None)
    route = copy_of(place.route, plan=draft)
    build_risk(place.plan)
    of_route = (place.route.stops, place.route.legs, place.route.breaks, place.route.stays)
    for row in (row for rows in of_route for row in rows.all()):
        copy_of(row, route=route)
    for row in (place.plan.omissions.get(), place.plan.risk):
        copy_of(row, plan=draft)
    for plan in (place.plan, draft):
        plan.edits.create(
            revision=2, kind="lock", made_at=at(16), made_by=police, sentence="Verrouillé.", before={}
        )
    return draft


@pytest.fixture
def written(place, elsewhere) -> Written:
    fill(elsewhere)
    return Written(place=place, draft=fill(place))


def touched(person: Person, statement: str) -> int:
    with site(person) as cursor:
        return cursor.execute(statement).rowcount


def lets_in(person: Person, row: models.Model) -> bool:
    """Whether the wall lets a person add such a row; a constraint is asked only afterwards, and may refuse it."""
    fields = [field for field in row._meta.concrete_fields if field.get_internal_type() != "BigAutoField"]
    table = sql.Identifier(row._meta.db_table)
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    with site() as cursor:
        cursor.execute("RESET ROLE; SET LOCAL ronde.job = 'test'")
        asked = sql.SQL("SELECT {} FROM {} WHERE id = %s").format(columns, table)
        values = cursor.execute(asked, [row.pk]).fetchone()
    given = [
        Jsonb(value) if field.get_internal_type() == "JSONField" else value
        for field, value in zip(fields, values, strict=True)
    ]
    with site(person) as cursor:
        places = sql.SQL(", ").join([sql.Placeholder()] * len(given))
        try:
            cursor.execute(sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(table, columns, places), given)
        except psycopg.errors.InsufficientPrivilege:
            return False
        except psycopg.errors.IntegrityError:
            return True
    return True


def test_something_is_there_to_be_written_and_something_that_may_not_be(written):
    for model in ADDED:
        mine = written.rows(model, MUNICIPAL).count()
        assert 0 < mine < model._default_manager.count(), model


@pytest.mark.parametrize("role", Role)
def test_a_role_changes_its_rows_and_no_other(written, role):
    changed = {
        model: touched(written.place.person(role), f"UPDATE {model._meta.db_table} SET {change}")
        for model, change in CHANGES.items()
    }

    assert changed == {model: written.rows(model, role).count() for model in CHANGES}


@pytest.mark.parametrize("role", Role)
def test_a_role_takes_away_its_rows_and_no_other(written, role):
    gone = {model: touched(written.place.person(role), f"DELETE FROM {model._meta.db_table}") for model in REMOVED}

    assert gone == {model: written.rows(model, role).count() for model in REMOVED}


# What one asks for or changes is signed by oneself: nobody adds it in the name of another.
SIGNED = {Calculation: "asked_by", PlanEdit: "made_by"}


@pytest.mark.parametrize("role", Role)
def test_a_role_adds_rows_such_as_its_own_and_no_other(written, role):
    person = written.place.person(role)
    allowed = {
        row
        for model in ADDED
        for row in written.rows(model, role)
        if model not in SIGNED or getattr(row, f"{SIGNED[model]}_id") == person.account_id
    }

    let_in = {row for model in ADDED for row in model._default_manager.all() if lets_in(person, row)}

    assert let_in == allowed
