import logging
import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import InternalError, OperationalError
from django.test import Client

from accounts.roles import Role
from config import pages
from tests.access.people import build_place, let_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def fail_with(monkeypatch):
    """Make the help page fail with an exception, as a fault of ours would."""

    def fail_with(error: Exception) -> None:
        def render(*arguments: object, **named: object) -> None:
            raise error

        monkeypatch.setattr(pages, "render", render)

    return fail_with


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("error", "status", "heading"),
    [
        (SuspiciousOperation("longue"), 400, "Demande incomprise"),
        (PermissionDenied("interdite"), 403, "Demande refusée"),
        (OperationalError("absente"), 503, "La base de données ne répond pas"),
        (InternalError("transaction interrompue"), 500, "Une panne est survenue"),
        (RuntimeError("entre nous"), 500, "Une panne est survenue"),
    ],
)
def test_what_goes_wrong_is_told_in_the_frame_of_the_site(visitor: Client, fail_with, error, status, heading):
    fail_with(error)

    answer = visitor.get("/aide/")

    assert answer.status_code == status
    assert f"<h1>{heading}</h1>" in answer.content.decode()
    assert str(error) not in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_a_fault_of_ours_has_a_reference_that_the_log_bears_too(visitor: Client, fail_with, caplog):
    fail_with(RuntimeError("entre nous"))

    with caplog.at_level(logging.ERROR, logger="config.failures"):
        answer = visitor.get("/aide/")

    reference = re.search(r"<code>([0-9a-f]{8})</code>", answer.content.decode())
    assert reference is not None
    assert f"Panne {reference[1]}" in caplog.text


def test_an_unknown_address_is_answered_by_a_page(visitor: Client):
    answer = visitor.get("/rien/ici/")

    assert answer.status_code == 404
    assert "<h1>Page introuvable</h1>" in answer.content.decode()


def test_a_method_that_a_page_does_not_accept_is_answered_by_a_page(visitor: Client):
    answer = visitor.post("/aide/")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert "<h1>Demande inattendue</h1>" in answer.content.decode()


def test_a_form_without_its_token_is_refused_in_words(settings):
    answer = Client(enforce_csrf_checks=True).post("/aide/", {"x": "1"})

    assert answer.status_code == 403
    assert "<h1>Formulaire expiré</h1>" in answer.content.decode()


def test_a_failure_is_told_even_where_the_static_files_were_not_gathered(
    visitor: Client, fail_with, settings, tmp_path
):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    fail_with(RuntimeError("entre nous"))

    answer = visitor.get("/aide/")

    assert answer.status_code == 500
    assert "<h1>Une panne est survenue</h1>" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.VIGILANT, Role.REFERENT, Role.MUNICIPAL_POLICE, Role.ADMINISTRATOR])
def test_a_page_that_is_refused_has_the_very_bytes_of_a_page_that_does_not_exist(role):
    place = build_place()
    client = let_in(Client(), place.accounts[role])

    absent = client.get("/rien/ici/")
    refused = client.get("/dpo/journal/verification/" if role is not Role.ADMINISTRATOR else "/jour/")

    assert (absent.status_code, refused.status_code) == (404, 404)
    assert refused.content == absent.content
