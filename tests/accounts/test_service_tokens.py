import base64
import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, ServiceToken
from accounts.services import service_tokens
from tests.accounts.ways_in import words_of
from tests.builders import build_ground

LIST, MAKE = "/gestion/jetons/", "/gestion/jetons/faire/"
ITEMS = "/ogc/collections/secteurs/items"
LABEL = "QGIS du service urbanisme"


def in_a_month() -> str:
    return f"{timezone.localdate() + dt.timedelta(days=30)}"


def make(client: Client, **given) -> str:
    """Make a token and return its secret, as the page shows it."""
    return secret_in(client.post(MAKE, {"label": LABEL, "last_day": in_a_month(), **given}))


def secret_in(page) -> str:
    found = re.search(r"ronde_[\w-]{43}", words_of(page))
    assert found is not None
    return found[0]


def as_password(secret: str) -> str:
    return base64.b64encode(f"jeton:{secret}".encode()).decode()


def ask(secret: str, *, scheme: str = "Bearer") -> int:
    return Client().get(ITEMS, headers={"authorization": f"{scheme} {secret}"}).status_code


def test_a_token_opens_the_sectors_until_it_is_withdrawn(desk):
    secret = make(desk)
    token = ServiceToken.objects.get()

    assert ask(secret) == 200
    assert ask(secret, scheme="bearer") == 200
    assert ask(as_password(secret), scheme="Basic") == 200
    desk.post(f"{LIST}{token.pk}/retirer/")
    assert ask(secret) == 401
    assert [*AuditEntry.objects.filter(action__startswith="token").values_list("action", flat=True)] == [
        "token.issue",
        "token.revoke",
    ]


def test_the_secret_is_shown_once_and_kept_nowhere(desk):
    answer = desk.post(MAKE, {"label": LABEL, "last_day": in_a_month()})
    secret = secret_in(answer)

    assert answer["Cache-Control"] == "no-store, private"
    assert secret not in desk.get(LIST).content.decode()
    assert secret not in str(ServiceToken.objects.values())


def test_the_list_says_when_a_token_last_served_and_that_it_is_over(desk):
    secret = make(desk)
    assert "jamais" in words_of(desk.get(LIST))
    ask(secret)
    page = words_of(desk.get(LIST))
    assert "jamais" not in page
    ServiceToken.objects.update(last_day=timezone.localdate() - dt.timedelta(days=1))
    assert "périmé" in words_of(desk.get(LIST))
    assert ask(secret) == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer ronde_",
        "Bearer ronde_faux",
        f"Bearer ronde_{'x' * 500}",
        "Basic ronde_x",
        "é",
    ],
)
def test_what_is_no_token_opens_nothing(place, header):
    assert Client().get(ITEMS, headers={"authorization": header}).status_code == 401


def test_a_token_of_another_commune_opens_nothing_here(administrator, settings):
    elsewhere = build_ground("38001", "Ailleurs")
    settings.COMMUNE_INSEE = "26999"
    day = timezone.localdate()
    _, secret = service_tokens.issue(commune=elsewhere.pk, label=LABEL, last_day=day, by=administrator)

    assert ask(secret) == 401


@pytest.mark.parametrize("page", ["/logements/", "/jour/", "/accueil/", "/compte/", "/gestion/jetons/"])
def test_a_token_opens_no_page_of_a_person(desk, page):
    secret = make(desk)

    answer = Client().get(page, headers={"authorization": f"Bearer {secret}"})

    assert answer.headers["Location"].startswith("/compte/connexion/")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"label": ""}, "Ce champ est obligatoire"),
        ({"last_day": "2020-01-01"}, "Ce jour est passé"),
        ({"last_day": "2099-01-01"}, "un an au plus"),
        ({"last_day": "demain"}, "date valide"),
    ],
)
def test_what_cannot_be_made_is_explained(desk, given, told):
    answer = desk.post(MAKE, {"label": LABEL, "last_day": in_a_month(), **given})

    assert told in unescape(words_of(answer))
    assert not ServiceToken.objects.exists()


def test_two_tokens_in_use_have_two_names(desk):
    make(desk)

    answer = desk.post(MAKE, {"label": LABEL, "last_day": in_a_month()})

    assert "porte déjà ce nom" in unescape(words_of(answer))
    assert ServiceToken.objects.count() == 1
    desk.post(f"{LIST}{ServiceToken.objects.get().pk}/retirer/")
    assert make(desk)


def test_one_that_is_not_there_is_not_withdrawn(desk):
    assert desk.post(f"{LIST}12345/retirer/").status_code == 404
