import datetime as dt
import json

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog

from accounts.roles import Role
from accounts.services.lockout import (
    forget_failures,
    network_of,
    password_door,
    record_failure,
    wait_after,
    wait_at,
)
from tests.accounts.conftest import NOON
from tests.accounts.ways_in import PASSWORD, build_account, code_now, give_password, log_in, run_together

MINUTE = dt.timedelta(minutes=1)
WRONG = "pas celui-là du tout"


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (12, 60), (10_000, 60)],
)
def test_the_wait_doubles_from_a_minute_up_to_an_hour(failures, minutes):
    assert wait_after(failures) == minutes * MINUTE


def test_a_day_allows_few_tries_to_whoever_never_rests():
    # Ten tries by 63 min (1 + 2 + 4 + 8 + 16 + 32), then one an hour: 10 + 22 by 24 h, and the one that waits.
    tries, moment = 0, dt.timedelta()
    while moment < dt.timedelta(days=1):
        tries += 1
        moment += wait_after(tries)
    assert tries == 33


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0"),
        ("::ffff:192.0.2.77", "192.0.2.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", "::"),
    ],
)
def test_clients_of_one_network_count_as_one(address, network):
    assert network_of(address) == network


def test_a_door_opens_again_when_its_wait_is_over(db):
    door = password_door("agent-1", "192.0.2.1")
    waits = [record_failure(door, now=NOON) for _ in range(5)]
    assert waits == [dt.timedelta()] * 4 + [MINUTE]
    assert wait_at(door, now=NOON + dt.timedelta(seconds=59)) == dt.timedelta(seconds=1)
    assert wait_at(door, now=NOON + MINUTE) == dt.timedelta()


def test_a_day_without_failure_begins_the_count_anew(db):
    door = password_door("agent-1", "192.0.2.1")
    for _ in range(9):
        record_failure(door, now=NOON)
    assert record_failure(door, now=NOON + dt.timedelta(hours=25)) == dt.timedelta()


def test_what_is_forgotten_costs_nothing(db):
    door = password_door("agent-1", "192.0.2.1")
    for _ in range(9):
        record_failure(door, now=NOON)
    forget_failures(door)
    assert record_failure(door, now=NOON) == dt.timedelta()


def test_the_fifth_wrong_password_shuts_the_door_for_a_minute_and_the_page_says_so(client, place, clock):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    statuses = [give_password(client, agent, WRONG).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    answer = give_password(client, agent)
    assert answer.status_code == 429
    assert "1 minute" in answer.content.decode()
    assert answer["Retry-After"] == "61"


def test_the_right_password_is_not_looked_at_before_the_wait_is_over(client, place, clock):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    for _ in range(5):
        give_password(client, agent, WRONG)
    clock.advance(seconds=59)
    assert give_password(client, agent).status_code == 429
    clock.advance(seconds=2)
    assert give_password(client, agent).status_code == 302


def test_trying_while_the_door_is_shut_does_not_make_it_longer(client, place, clock):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    for _ in range(20):
        give_password(client, agent, WRONG)
    clock.advance(seconds=61)
    assert give_password(client, agent).status_code == 302


def test_an_unknown_login_is_locked_out_as_a_known_one_is(client, db, clock):
    form = {"login": "inconnu-1", "password": WRONG}
    statuses = [client.post("/compte/connexion/", form).status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]


def test_another_network_is_not_locked_out(client, place, clock):
    agent = build_account(place, Role.VIGILANT, has_app=False)
    for _ in range(5):
        give_password(client, agent, WRONG, REMOTE_ADDR="127.0.0.1")
    assert give_password(client, agent, REMOTE_ADDR="127.0.0.99").status_code == 429
    assert give_password(client, agent, REMOTE_ADDR="127.0.1.1").status_code == 302


def test_a_full_log_in_opens_the_door_and_the_password_alone_does_not(client, place, clock):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    for _ in range(4):
        give_password(client, agent, WRONG)
    give_password(client, agent)
    door = password_door(agent.login, "127.0.0.1")
    assert record_failure(door, now=clock.now) == MINUTE
    clock.advance(minutes=2)
    client.post("/compte/connexion/code/", {"code": code_now(agent)})
    assert record_failure(door, now=clock.now) == dt.timedelta()


def test_wrong_codes_are_counted_by_account_from_whatever_network(client, place, clock):
    agent = build_account(place, Role.MUNICIPAL_POLICE)
    give_password(client, agent)
    statuses = [
        client.post("/compte/connexion/code/", {"code": "12345x"}, REMOTE_ADDR=f"127.0.{number}.1").status_code
        for number in range(5)
    ]
    assert statuses == [200, 200, 200, 200, 429]
    assert client.post("/compte/connexion/code/", {"code": code_now(agent)}).status_code == 429
    clock.advance(seconds=61)
    assert client.post("/compte/connexion/code/", {"code": code_now(agent)}).status_code == 302


def test_a_password_typed_as_a_login_is_kept_as_a_digest_only(client, db, clock):
    client.post("/compte/connexion/", {"login": PASSWORD, "password": WRONG})
    from axes.models import AccessAttempt

    kept = AccessAttempt.objects.values().get()
    assert PASSWORD not in json.dumps(kept, default=str)
    assert kept["username"] == password_door(PASSWORD, "127.0.0.1").digest


@pytest.mark.django_db(transaction=True)
def test_failures_at_the_same_time_are_all_counted():
    door = password_door("agent-1", "192.0.2.1")
    waits = run_together(*[lambda: record_failure(door, now=NOON)] * 5)
    assert max(waits) == MINUTE


def test_guessing_the_present_password_of_an_open_session_is_counted_too(client, place, clock):
    log_in(client, build_account(place, Role.MUNICIPAL_POLICE))
    form = {"current": WRONG, "password": "une-toute-autre-phrase", "again": "une-toute-autre-phrase"}
    statuses = [client.post("/compte/mot-de-passe/", form).status_code for _ in range(6)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    clock.advance(minutes=5)
    assert client.post("/compte/mot-de-passe/", {**form, "current": PASSWORD}).status_code == 302
    assert client.get("/compte/").status_code == 200


def test_of_log_ins_and_failures_nothing_is_kept_but_the_digest_and_the_network(client, place):
    agent = build_account(place, Role.DPO)
    give_password(client, agent, "un-autre-mot-de-passe", REMOTE_ADDR="127.0.5.77")
    log_in(client, agent)

    assert not AccessLog.objects.exists()
    assert not AccessFailureLog.objects.exists()
    kept = AccessAttempt.objects.values_list("ip_address", "user_agent", "http_accept", "path_info")
    assert list(kept) == [("127.0.5.0", "", "", "")]
    assert not AccessAttempt.objects.filter(username__contains=agent.login).exists()
