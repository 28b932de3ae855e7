import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.loopback import read_proxies, stay_on_loopback


def ask(client: str, **headers: str) -> int:
    guard = stay_on_loopback(lambda request: HttpResponse("ouvert"))
    return guard(RequestFactory().get("/", REMOTE_ADDR=client, headers=headers)).status_code


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", ""])
def test_this_machine_is_served(client: str):
    assert ask(client) == 200


@pytest.mark.parametrize("client", ["192.168.1.20", "8.8.8.8", "fe80::1%eth0", "2001:db8::1", "::ffff:10.0.0.1"])
def test_another_machine_is_refused(client: str):
    assert ask(client) == 403


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via", "X-Forwarded-Host"])
@pytest.mark.parametrize("client", ["127.0.0.1", ""])
def test_a_proxy_that_nobody_named_is_refused(client: str, header: str):
    assert ask(client, **{header: "203.0.113.9"}) == 403


@pytest.mark.parametrize(
    ("proxies", "client"), [(["10.0.0.0/8"], "10.1.2.3"), (["127.0.0.1"], "127.0.0.1"), (["unix"], "")]
)
def test_a_named_proxy_is_served(settings, proxies: list[str], client: str):
    settings.PROXIES = proxies

    assert ask(client, **{"X-Forwarded-For": "203.0.113.9"}) == 200


def test_a_named_proxy_opens_the_door_to_nobody_else(settings):
    settings.PROXIES = ["10.0.0.1"]

    assert ask("10.0.0.2") == 403


def test_a_proxy_that_is_not_an_address_is_refused_at_start():
    with pytest.raises(ValueError, match="mandataire"):
        read_proxies(["mandataire"])


def test_the_refusal_says_why_in_french():
    guard = stay_on_loopback(lambda request: HttpResponse("ouvert"))

    answer = guard(RequestFactory().get("/", REMOTE_ADDR="192.168.1.20"))

    assert "Ronde ne répond qu'à l'ordinateur sur lequel il est installé" in answer.content.decode()
