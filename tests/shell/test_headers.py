import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config.headers import set_headers
from tests.builders import build_ground
from tests.shell.routes import addresses

pytestmark = pytest.mark.django_db
REPOSITORY = Path(__file__).resolve().parents[2]
HTTPS_SETTINGS = """
import django
from django.conf import settings
django.setup()
print(settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE,
      settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT)
"""


@pytest.fixture(autouse=True)
def ground():
    return build_ground()


def directives(policy: str) -> dict[str, str]:
    pairs = (part.strip().partition(" ") for part in policy.split(";") if part.strip())
    return {name: sources for name, _, sources in pairs}


@pytest.mark.parametrize("address", addresses())
def test_every_route_answers_with_the_headers_of_a_closed_house(address):
    answer = Client(raise_request_exception=False).get(address)

    assert answer.status_code < 500
    policy = directives(answer.headers["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|https?:|\*", answer.headers["Content-Security-Policy"])
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    # The crew's page measures on the phone whether it is at a home.
    asked_by = "(self)" if address == "/equipage/coquille/" else "()"
    assert f"geolocation={asked_by}" in answer.headers["Permissions-Policy"]
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_the_headers_are_on_an_answer_that_knows_nothing_of_them():
    answer = set_headers(lambda request: HttpResponse("ouvert"))(RequestFactory().get("/"))

    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_refusal_of_the_loopback_has_the_headers_too():
    answer = Client(REMOTE_ADDR="192.0.2.7").get("/aide/")

    assert answer.status_code == 403
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites():
    assert site_settings.SESSION_COOKIE_HTTPONLY
    assert site_settings.CSRF_COOKIE_HTTPONLY
    assert site_settings.SESSION_COOKIE_SAMESITE == "Lax"
    assert site_settings.CSRF_COOKIE_AGE is None


def test_behind_https_cookies_belong_to_this_host_alone_and_browsers_are_told_to_stay():
    told = subprocess.run(
        [sys.executable, "-c", HTTPS_SETTINGS],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "RONDE_HTTPS": "yes",
            "RONDE_SECRET_KEY": "only-for-the-tests",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True", "63072000", "True"]
