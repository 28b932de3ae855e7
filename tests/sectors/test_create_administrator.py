import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Account, AuditEntry
from accounts.roles import Role
from accounts.services import invitations
from geo.french import plain
from tests.builders import build_ground


@pytest.fixture
def town(db):
    return build_ground()


def create(**options) -> str:
    output = StringIO()
    call_command("create_administrator", stdout=output, **options)
    return output.getvalue()


def refusal_of(**options) -> str:
    with pytest.raises(CommandError) as refusal:
        create(**options)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def answer(monkeypatch, words: str) -> None:
    monkeypatch.setattr("builtins.input", lambda: words)


def test_the_first_administrator_is_made_with_a_link_that_opens_the_account(town):
    said = create(login="admin-1", site="https://ronde.exemple.fr/")

    token = re.search(r"^https://ronde\.exemple\.fr/invitation/([^/]+)/$", said, re.MULTILINE)
    assert token is not None
    account = invitations.find_open(invitations.fingerprint_of(token[1])).account
    assert account.login == "admin-1"
    assert list(account.grants.values_list("role", "commune", "given_by")) == [(Role.ADMINISTRATOR, town.pk, None)]
    assert AuditEntry.objects.filter(action="account.create", ids=[str(account.pk)]).count() == 1


def test_an_identifier_is_proposed(town):
    assert re.search(r"Identifiant : [a-z]+-[0-9]{3}\n", create())


def test_where_there_is_an_administrator_none_is_made_unasked(town):
    create(login="admin-1")

    assert "--again" in refusal_of(login="admin-2")
    assert Account.objects.count() == 1


def test_one_who_was_only_invited_is_not_said_to_be_in_service(town):
    create(login="admin-1")

    said = refusal_of(login="admin-2")

    assert "personne n'est encore entré : admin-1" in said
    assert "en service" not in said


def test_one_who_has_come_in_is_in_service(town):
    create(login="admin-1")
    Account.objects.update(last_login=timezone.now())

    assert "a déjà un administrateur en service" in refusal_of(login="admin-2")


def test_before_another_is_made_it_is_said_how_many_are_in_service_and_how_many_were_never_entered(
    town, monkeypatch
):
    create(login="admin-1")
    answer(monkeypatch, "oui")
    create(login="admin-2", again=True)
    Account.objects.filter(login="admin-2").update(last_login=timezone.now())

    said = plain(create(login="admin-3", again=True))

    assert "1 en service, 1 compte où personne n'est entré" in said


def test_the_link_bears_the_address_of_the_settings(town, settings):
    settings.SITE_ADDRESS = "https://ronde.exemple.fr"

    said = create(login="admin-1")

    assert "\nhttps://ronde.exemple.fr/invitation/" in said
    assert "remplacez" not in said


def test_without_an_address_it_is_said_what_to_replace(town):
    said = create(login="admin-1")

    assert "\nhttp://localhost:8000/invitation/" in said
    assert "remplacez ce début du lien" in said


def test_another_is_made_once_confirmed(town, monkeypatch):
    create(login="admin-1")
    answer(monkeypatch, "Oui")

    assert "admin-2" in create(login="admin-2", again=True)


@pytest.mark.parametrize("words", ["", "non", "peut-être"])
def test_none_is_made_without_a_yes(town, monkeypatch, words):
    create(login="admin-1")
    answer(monkeypatch, words)

    assert refusal_of(login="admin-2", again=True) == "Rien n'est créé."


def test_none_is_made_where_nobody_can_answer(town, monkeypatch):
    def fail():
        raise EOFError

    create(login="admin-1")
    monkeypatch.setattr("builtins.input", fail)

    assert refusal_of(login="admin-2", again=True) == "Rien n'est créé."


def test_an_administrator_who_was_closed_or_invented_does_not_count(town):
    create(login="admin-1")
    Account.objects.filter(login="admin-1").update(is_active=False)
    create(login="admin-2")
    Account.objects.filter(login="admin-2").update(is_invented=True)

    assert "admin-3" in create(login="admin-3")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"login": "Zoé"}, "minuscules sans accent"),
        ({"login": "pris-1"}, "déjà pris"),
        ({"commune": "99999"}, "99999"),
        ({"site": "ronde.exemple.fr"}, "adresse d'un site"),
        ({"site": "https://ronde.exemple.fr/autre"}, "adresse d'un site"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_made(town, options, said):
    Account.objects.create_user("pris-1")

    assert said in refusal_of(**options)
    assert Account.objects.count() == 1


def test_without_a_town_it_says_so(db):
    assert "commune" in refusal_of()
