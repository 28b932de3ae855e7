"""Faults of every kind, each with a canary in it, and then a search of all that the site leaves behind."""

import io
import logging
import secrets

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path
from django.utils import timezone

from absences.models import Absence, AllowedHours
from accounts.models import Account, Device
from accounts.permissions import public
from accounts.roles import Role
from config.log_redaction import RedactingFormatter, describe_exception
from config.urls import urlpatterns as site
from geo.models import Address

CANARY = f"Zébulon{secrets.token_hex(4)}"


def fail_on_a_unique_value(request: HttpRequest) -> HttpResponse:
    session = {"session_data": CANARY, "expire_date": timezone.now()}
    Session.objects.create(session_key=CANARY, **session)
    Session.objects.bulk_create([Session(session_key=CANARY, **session)])
    raise AssertionError


def fail_on_a_check(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT walls.audit('session.login', %s, '{}', '', 'done')", [CANARY])
    raise AssertionError


def fail_on_a_wall(request: HttpRequest) -> HttpResponse:
    Account.objects.create(login=CANARY.lower(), password=CANARY)
    raise AssertionError


def fail_on_a_type(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM geo_address WHERE id = %s::text::bigint", [CANARY])
    raise AssertionError


def fail_on_a_length(request: HttpRequest) -> HttpResponse:
    Session.objects.create(session_key=CANARY * 9, session_data="", expire_date=timezone.now())
    raise AssertionError


def fail_on_a_lookup(request: HttpRequest) -> HttpResponse:
    Address.objects.get(street_name=CANARY)
    raise AssertionError


def fail_on_a_conversion(request: HttpRequest) -> HttpResponse:
    return HttpResponse(int(CANARY))


def fail_with_what_was_sent(request: HttpRequest) -> HttpResponse:
    raise RuntimeError(request.POST, request.GET, request.META["HTTP_USER_AGENT"])


def fail_in_a_template(request: HttpRequest) -> HttpResponse:
    template = engines["django"].from_string(
        "{% load l10n %}{% widthratio name 0 name %}{{ name.upper.missing.x }}{% url name %}"
    )
    return HttpResponse(template.render({"name": CANARY}, request))


def fail_and_log_it(request: HttpRequest) -> HttpResponse:
    logging.getLogger("maps.views").error("home of %s", CANARY)
    raise ValueError(CANARY) from KeyError(CANARY)


FAULTS = (
    fail_on_a_unique_value,
    fail_on_a_check,
    fail_on_a_wall,
    fail_on_a_type,
    fail_on_a_length,
    fail_on_a_lookup,
    fail_on_a_conversion,
    fail_with_what_was_sent,
    fail_in_a_template,
    fail_and_log_it,
)
# Those whose words, as Python or PostgreSQL write them, quote the value: without the filter, they would leak.
# PostgreSQL itself keeps silent about the rows of a walled table.
QUOTING = (
    fail_on_a_unique_value,
    fail_on_a_type,
    fail_on_a_conversion,
    fail_with_what_was_sent,
    fail_in_a_template,
    fail_and_log_it,
)
urlpatterns = [*(path(f"panne/{fault.__name__}/", public(fault)) for fault in FAULTS), *site]
handler400 = "config.failures.explain_bad_request"
handler403 = "config.failures.explain_refusal"
handler404 = "config.failures.explain_absence"
handler500 = "config.failures.explain_failure"


@pytest.fixture
def log():
    """What every logger writes, formatted as in production."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter("{levelname} {name}: {message}", style="{"))
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def plain_log():
    """The same as Python would write it, to show that there was something to leave out."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@pytest.fixture
def visitor(settings) -> Client:
    settings.ROOT_URLCONF = __name__
    settings.ADMINS = [("Personne", "personne@example.org")]
    return Client(raise_request_exception=False, headers={"user-agent": CANARY})


def everything(answer: HttpResponse, log: io.StringIO, capfd) -> str:
    """Whatever is left behind: body, headers, log, both outputs, e-mails."""
    printed = capfd.readouterr()
    sent = "".join(str(message.message()) for message in mail.outbox)
    cookies = answer.cookies.output()
    return "\n".join(
        [answer.content.decode(), str(answer.headers), cookies, log.getvalue(), *printed, sent]
    ).casefold()


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_leaves_no_value_behind(visitor, log, capfd, fault):
    answer = visitor.post(f"/panne/{fault.__name__}/?nom={CANARY}", {"name": CANARY})

    assert answer.status_code == 500
    assert CANARY.casefold() not in everything(answer, log, capfd)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", QUOTING, ids=lambda fault: fault.__name__)
def test_the_faults_tried_would_leak_without_the_filter(visitor, plain_log, fault):
    visitor.post(f"/panne/{fault.__name__}/?nom={CANARY}", {"name": CANARY})

    assert CANARY in plain_log.getvalue()


@pytest.mark.django_db
def test_a_fault_is_found_again_by_the_reference_that_its_page_shows(visitor, log):
    answer = visitor.get("/panne/fail_on_a_unique_value/")

    said = log.getvalue()
    reference = answer.content.decode().partition("<code>")[2].partition("</code>")[0]
    assert f"ERROR config.failures: Panne {reference}\n" in said
    assert f"500 GET /panne/fail_on_a_unique_value/ panne {reference}" in said
    assert said.count("in fail_on_a_unique_value") == 1
    assert "UniqueViolation (23505, django_session, django_session_pkey)" in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client: client.get(f"/{CANARY}/"), 404),
        (lambda client: client.get("/compte/connexion/", {"next": f"/{CANARY}"}), 200),
        (lambda client: client.post("/compte/connexion/", {"login": CANARY, "password": CANARY}), 200),
        (lambda client: client.post("/compte/connexion/code/", {"code": CANARY}), 302),
        (lambda client: client.get(f"/invitation/{CANARY}/"), 302),
        (lambda client: client.generic(CANARY.upper(), "/compte/connexion/"), 405),
        (lambda client: client.get("/compte/connexion/", headers={"host": f"{CANARY}.example.org"}), 400),
        (
            lambda client: client.post(
                "/compte/connexion/", CANARY.encode(), content_type=f"multipart/form-data; boundary={CANARY[1:1]}"
            ),
            400,
        ),
    ],
    ids=["address", "parameter", "log-in", "code", "link", "method", "host", "upload"],
)
def test_a_refusal_leaves_no_value_in_the_logs(visitor, log, capfd, ask, status):
    answer = ask(visitor)

    assert answer.status_code == status
    said = "\n".join([log.getvalue(), *capfd.readouterr(), *(str(message.message()) for message in mail.outbox)])
    assert CANARY.casefold() not in said.casefold()


@pytest.mark.django_db
def test_a_form_without_its_token_leaves_no_value(settings, log, capfd):
    settings.ROOT_URLCONF = __name__
    client = Client(enforce_csrf_checks=True, headers={"referer": f"https://{CANARY}.example.org/"})

    answer = client.post("/compte/connexion/", {"login": CANARY})

    assert answer.status_code == 403
    assert CANARY.casefold() not in everything(answer, log, capfd)


def refusals_of_the_database(place):
    """Each way in which the database refuses a nominative row, with the canary where text may stand."""
    home, account = place.town.absences[0], place.accounts[Role.CREW]
    yield lambda: Absence.objects.create(**_like(home, reference=home.reference))
    yield lambda: Absence.objects.create(**_like(home, passages_per_week=99))
    yield lambda: AllowedHours.objects.create(absence=place.town.absences[1], opens="18:00", closes="21:00")
    yield lambda: Device.objects.bulk_create(
        [Device(account=account, commune=place.town.commune, label=CANARY, token_sha256=CANARY) for _ in range(2)]
    )


def _like(home: Absence, **changed):
    return {"commune": home.commune, "address": home.address, "point": home.point, "first_day": home.first_day} | {
        "last_day": home.last_day,
        **changed,
    }


def test_what_the_database_refuses_is_told_without_the_row(place):
    for refuse in refusals_of_the_database(place):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            refuse()
        said = "\n".join(describe_exception(refusal.value))
        assert CANARY not in said
        assert str(place.town.absences[0].reference) not in said


@pytest.mark.parametrize("role", list(Role))
def test_no_address_and_no_name_of_a_street_is_in_a_url_of_a_page(login_as, place, role):
    page = login_as(role).get("/jour/", {"jour": "2026-08-12"}).content.decode()

    targets = " ".join(part.partition('"')[0] for part in page.split('href="')[1:] + page.split('src="')[1:])
    assert not any(address.street_name.split()[-1] in targets for address in place.town.addresses)


def test_nobody_is_told_by_e_mail(settings):
    assert settings.ADMINS == []
    assert settings.MANAGERS == []
    assert not settings.DEBUG
