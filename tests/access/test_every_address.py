"""Every address of the site says whom it serves, serves them alone, and is refused to the others to the letter."""

import re

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Grant
from accounts.permissions import access_of
from accounts.rights import RIGHTS
from accounts.roles import Role
from tests.access.addresses import ADDRESSES, EXCHANGE, Free, Own, Ruled
from tests.access.people import SINCE
from tests.access.situations import PROVEN, by_password_alone, in_office
from tests.access.urls import names_of_routes, routes, urls_of

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

OTHER_METHODS = ("head", "options", "post", "put", "delete")
METHODS = ("get", *OTHER_METHODS)
LOG_IN, PROVE, SET_UP = "/compte/connexion/", "/compte/verification/", "/compte/double-authentification/"
LONG_AGO_S = 3600
# What differs between two answers of the same words.
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
FOR_TOOLS = [name for name, said in ADDRESSES.items() if getattr(said, "is_for_tools", False)]
# The way out is no page either: reloaded, it would log out whoever has logged in since.
BY_SCRIPT = {
    *(
        "absences:judge_place",
        "absences:keep_draft",
        "absences:take_looks",
        "account_logout",
        "maps:find_addresses",
        "maps:find_places",
    ),
    *("patrols:phone_contacts", "patrols:phone_entries", "patrols:try_change", "sectors:keep_bulletin"),
    *(f"sectors:{name}" for name in EXCHANGE),
}
CLOSED_TO_VISITORS = [
    name for name, said in ADDRESSES.items() if not isinstance(said, Free) and name not in FOR_TOOLS
]


@pytest.fixture
def urls(stage) -> dict[str, str]:
    return urls_of(stage)


def same_in_all(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    return answer.status_code, TOKEN.sub(b"", answer.content), dict(answer.headers.items())


def in_turn(ruled: Ruled, role: Role) -> list[str]:
    """To post, and to put, which no view takes: whom it admits is told so, though its page hides what it is about.

    The other methods are shared out among the roles to which the address is closed, which try all of them.
    """
    closed_to = [each for each in Role if not ruled.admits(each)]
    others = [method for method in OTHER_METHODS if method not in {"post", "put"}]
    return ["post", "put", *others[closed_to.index(role) :: len(closed_to)]]


def prove_long_ago(client: Client) -> Client:
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= LONG_AGO_S
    session.save()
    return client


def leads_to(answer: HttpResponse) -> str:
    """The page to which an answer leads, without what it carries; empty when it leads nowhere."""
    return answer.headers.get("Location", "").partition("?")[0]


def test_every_route_of_the_site_is_here_and_no_other():
    assert sorted(names_of_routes()) == sorted(ADDRESSES)


def test_every_route_says_whom_it_serves():
    assert [name for name, route in routes() if access_of(route.callback) is None] == []


def test_every_route_serves_the_rows_that_are_written_here():
    said = {name: access_of(route.callback) for name, route in routes()}
    rights = {name: {*access.rights} for name, access in said.items() if access is not None and access.rights}

    # The page of retention shows its state, masked where the policy says so; its right is that of the act.
    expected = {name: {*ruled.rows} for name, ruled in ADDRESSES.items() if isinstance(ruled, Ruled)}
    assert rights == {**expected, "desk_retention": {"retention.run_now"}}
    assert set().union(*rights.values()) <= set(RIGHTS)


def test_a_visitor_is_led_to_the_log_in_whatever_the_method(urls):
    asked = [(name, method, urls[name]) for name in CLOSED_TO_VISITORS for method in METHODS]

    led = {(name, method): leads_to(getattr(Client(), method)(url)) for name, method, url in asked}

    assert {said: where for said, where in led.items() if where != LOG_IN} == {}
    assert len(led) == len(CLOSED_TO_VISITORS) * len(METHODS)


def test_a_tool_without_a_token_is_asked_for_one_whatever_the_method(urls):
    answers = [getattr(Client(), method)(urls[name]) for name in FOR_TOOLS for method in METHODS]

    assert {(answer.status_code, answer.headers["WWW-Authenticate"]) for answer in answers} == {
        (401, 'Bearer realm="Ronde"')
    }
    assert len(answers) == 2 * len(METHODS)


@pytest.mark.parametrize("role", Role)
def test_what_is_refused_does_not_exist_to_the_letter_whatever_the_method(stage, urls, role):
    client = in_office(stage, role)
    refused = {
        urls[name]: said for name, said in ADDRESSES.items() if isinstance(said, Ruled) and not said.admits(role)
    }

    answers = {url: same_in_all(client.get(url)) for url in refused}
    # The page beside it, which does not exist: the section of the site that is marked in the frame is the same.
    told = [url for url, answer in answers.items() if answer != same_in_all(client.get(f"{url}-rien"))]
    statuses = {
        getattr(client, method)(url).status_code for url, said in refused.items() for method in in_turn(said, role)
    }

    assert told == []
    assert statuses | {status for status, _, _ in answers.values()} == {404}


@pytest.mark.parametrize("role", Role)
def test_what_is_open_to_a_role_does_exist(stage, urls, role):
    client = in_office(stage, role)
    # A home left out of the plan is on nobody's round; the policy opens it to a crew on its round alone.
    off_round = {"maps:omission_detail"} if role is Role.CREW else set()
    open_to = {
        name for name, said in ADDRESSES.items() if isinstance(said, Ruled) and said.admits(role)
    } - off_round

    assert [name for name in sorted(open_to) if client.options(urls[name]).status_code == 404] == []


@pytest.mark.parametrize("role", Role)
def test_what_takes_a_form_alone_is_sent_by_a_script_which_goes_nowhere(stage, urls, role):
    client = in_office(stage, role)
    admitted = {name for name, said in ADDRESSES.items() if isinstance(said, Own | Free) or is_open(said, role)}
    allowed = {name: client.options(urls[name]).headers.get("Allow") for name in admitted - BY_SCRIPT}

    assert [name for name, methods in allowed.items() if methods == "POST"] == []


def test_whoever_comes_back_to_the_address_of_a_form_is_led_to_its_page(stage, urls):
    client = in_office(stage, Role.MUNICIPAL_POLICE)
    pages = {
        "absences:enter_list": "absences:import_list",
        "absences:restore": "absences:record",
        "patrols:dismiss_entry": "patrols:set_aside_entry",
        "patrols:publish": "maps:day",
        "sectors:cancel_proposal": "sectors:proposal",
        "sectors:send_notices_again": "sectors:bulletin",
    }

    assert {name: client.get(urls[name]).url for name in pages} == {
        name: urls[page] for name, page in pages.items()
    }


@pytest.mark.parametrize("role", PROVEN)
def test_before_the_second_factor_nothing_opens_but_the_way_to_it(stage, urls, role):
    client = by_password_alone(stage, role)
    admitted = {name: said for name, said in ADDRESSES.items() if isinstance(said, Own) or is_open(said, role)}
    closed = [name for name, said in admitted.items() if not getattr(said, "is_before_second_factor", False)]

    assert {name: leads_to(client.get(urls[name])) for name in closed} == dict.fromkeys(closed, PROVE)


@pytest.mark.parametrize(("has_factor", "page"), [(True, PROVE), (False, SET_UP)], ids=["given", "set up"])
def test_before_the_second_factor_of_another_role_is_there_a_vigilants_pages_stay_closed(
    stage, urls, has_factor, page
):
    vigilant = stage.here.accounts[Role.VIGILANT]
    Authenticator.objects.filter(user__in=[] if has_factor else [vigilant]).delete()
    Grant.objects.create(
        account=vigilant, role=Role.CLSPD, commune=stage.here.town.commune, valid=DateRange(SINCE, None)
    )
    client = by_password_alone(stage, Role.VIGILANT)
    closed = [name for name, said in ADDRESSES.items() if is_open(said, Role.VIGILANT)]

    assert "download_own_data" in closed
    assert {name: leads_to(client.get(urls[name])) for name in closed} == dict.fromkeys(closed, page)


@pytest.mark.parametrize("role", PROVEN)
def test_before_a_second_factor_is_set_up_nothing_opens_but_the_way_to_it(stage, urls, role):
    Authenticator.objects.filter(user__in=[stage.here.accounts[role], stage.mate]).delete()
    client = by_password_alone(stage, role)
    closed = [
        name
        for name, said in ADDRESSES.items()
        if (isinstance(said, Own) and not said.is_before_second_factor) or is_open(said, role)
    ]

    assert {name: leads_to(client.get(urls[name])) for name in closed} == dict.fromkeys(closed, SET_UP)


def is_open(said: object, role: Role) -> bool:
    return isinstance(said, Ruled) and said.admits(role)


@pytest.mark.parametrize("role", Role)
def test_a_second_factor_given_long_ago_is_asked_again_where_it_has_to_be_recent(stage, urls, role):
    client = prove_long_ago(in_office(stage, role))
    admitted = {name: said for name, said in ADDRESSES.items() if isinstance(said, Own) or is_open(said, role)}
    asked = {name for name in admitted if leads_to(client.get(urls[name])) == PROVE}

    assert asked == {name for name, said in admitted.items() if said.needs_recent_proof}


def test_pages_of_some_do_not_exist_for_the_others(stage, urls):
    for_some = [name for name, said in ADDRESSES.items() if isinstance(said, Own) and said.roles != set(Role)]
    client = in_office(stage, Role.DPO)

    assert {client.get(urls[name], follow=True).status_code for name in for_some} <= {404, 405}
    assert {client.post(urls[name]).status_code for name in for_some} == {404, 405}


def test_no_page_of_allauth_nor_of_djangos_admin_is_routed():
    assert [
        name for name in names_of_routes() if name.startswith(("admin", "socialaccount", "account_email"))
    ] == []


def test_static_files_are_not_a_route_and_hold_nobodys_data():
    assert reverse("home") == "/accueil/"
    assert [name for name in names_of_routes() if "static" in name or "media" in name] == []
