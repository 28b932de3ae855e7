"""The access matrix: what each role finds on the running site, row by row of the policy, wherever it stands.

Expected is what the letter of the policy's cell means on the stage; found is what the site answers, through its
real middleware and under the web login. Neither reads ``accounts.rights``.
"""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.access.evidence import Evidence, gather
from tests.access.facts import FACTS
from tests.access.network_facts import words_told
from tests.access.policy import NOT_SHOWN_YET, letter_of
from tests.access.questions import as_doors_are_to, asked_accounts, two_of_each_form
from tests.access.situations import IN_OFFICE, OFF_ROUND, OUT_OF_OFFICE, Situation, account_of, after_a_newer_plan
from tests.access.stage import Stage, build_stage, canaries_of, canary

# One's own sealed texts are told once in each format of the extract.
BOTH_FORMATS = 2
# What anybody finds once inside, whether or not a role is open to them today: their own account.
OWN_ACCOUNT = frozenset({"account.roles", "account.mfa_state", "device.revoke"})
OWN_LOG = frozenset({"audit.own_entries"})
# What was noted without a network is sent after the shift (decision 0020): written, and never read again.
SENT_LATE = frozenset({"passage.create", "anomaly.call_chain"})


pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])


@pytest.fixture
def stage(db, settings) -> Stage:
    settings.COMMUNE_INSEE = "26999"
    return build_stage()


def cases(situations: tuple[Situation, ...]) -> list[object]:
    return [
        pytest.param(situation, role, id=f"{role}, {situation}")
        for situation in situations
        for role in situation.roles
    ]


def found(evidence: Evidence, stage: Stage) -> dict[str, set[object]]:
    return {row: fact.seen(evidence, stage) for row, fact in FACTS.items()}


def compare(found: dict[str, set[object]], expected: dict[str, set[object]]) -> list[str]:
    """The rows of the policy on which the site and the file differ, with what is seen too much and what lacks."""
    too_much = [f"{row} shows {seen - expected[row]}" for row, seen in found.items() if seen - expected[row]]
    lacking = [
        f"{row} lacks {expected[row] - seen}"
        for row, seen in found.items()
        if expected[row] - seen and row not in NOT_SHOWN_YET
    ]
    return too_much + lacking


def sealed_words(stage: Stage) -> list[str]:
    accounts = asked_accounts(stage)
    return [word for account in accounts for word in (*canaries_of(account), canary("secret", account.pk))]


@pytest.mark.parametrize(("situation", "role"), cases(IN_OFFICE))
def test_each_role_finds_what_its_letters_say(stage, situation, role, caplog, capfd):
    account = account_of(stage, role)
    client = situation.enter(stage, role)
    expected = {row: fact.expected(letter_of(row, role), stage, account) for row, fact in FACTS.items()}

    evidence = gather(client, stage, asking=as_doors_are_to(stage.here.person(role)))

    assert compare(found(evidence, stage), expected) == []
    # What is sealed comes back to oneself and to whom the policy tells it; what one may read leaves no trace.
    left = "\n".join([evidence.outside, caplog.text, *capfd.readouterr()])
    own = canaries_of(account) if letter_of("dsar.extract_subject", role) == "O" else []
    told = words_told(expected)
    assert {word for word in sealed_words(stage) if word in evidence.everything} == {*own} | told
    assert [word for word in sealed_words(stage) if word in left] == []
    elsewhere = "\n".join([evidence.text_but_of("extract"), left])
    assert [
        word for word in own if word in elsewhere or evidence.text("extract").count(word) != BOTH_FORMATS
    ] == []
    assert "zqrue" not in left


@pytest.mark.parametrize(("situation", "role"), cases(OFF_ROUND))
def test_a_crew_finds_nothing_off_its_round(stage, situation, role):
    account = account_of(stage, role)
    client = situation.enter(stage, role)
    kept = SENT_LATE if situation.name == "after the shift" else frozenset()
    letters = {row: letter_of(row, role).replace("T", "" if row in kept else "-") or "T" for row in FACTS}
    expected = {row: fact.expected(letters[row], stage, account) for row, fact in FACTS.items()}

    evidence = gather(client, stage, asking=as_doors_are_to(stage.here.person(role)))

    assert compare(found(evidence, stage), expected) == []


@pytest.mark.parametrize(("situation", "role"), cases(OUT_OF_OFFICE))
def test_out_of_office_one_finds_at_most_ones_own_account(stage, situation, role):
    account = account_of(stage, role)
    client = situation.enter(stage, role)
    kept = OWN_ACCOUNT if situation.is_inside else frozenset()
    kept |= OWN_LOG if situation.keeps_log else frozenset()
    expected = {row: fact.own(account) if row in kept else set() for row, fact in FACTS.items()}
    expected["sector.name"] = FACTS["sector.name"].expected(letter_of("sector.name", None), stage, None)

    assert compare(found(gather(client, stage, asking=two_of_each_form), stage), expected) == []


def test_a_round_that_a_newer_plan_replaced_is_no_more_the_crews(stage):
    former = {
        row: FACTS[row].of_round(stage.here) for row in ("route.schedule", "route.geometry", "route.download")
    }
    client = after_a_newer_plan(stage, Role.CREW)

    seen = found(gather(client, stage, asking=as_doors_are_to(stage.here.person(Role.CREW))), stage)

    assert {row: seen[row] & keys for row, keys in former.items()} == {row: set() for row in former}


def test_a_visitor_finds_what_the_column_of_visitors_says(stage):
    expected = {row: fact.expected(letter_of(row, None), stage, None) for row, fact in FACTS.items()}

    assert compare(found(gather(Client(), stage, asking=two_of_each_form), stage), expected) == []
