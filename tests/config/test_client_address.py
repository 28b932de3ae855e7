import pytest
from django.test import RequestFactory

from config.client_address import client_address, comes_from_this_machine

PROXIES = ["192.0.2.0/24", "unix"]


def ask(speaker: str, forwarded: str = "", **headers: str):
    said = {"x-forwarded-for": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=speaker, headers={**said, **headers})


@pytest.mark.parametrize(
    ("speaker", "forwarded", "client"),
    [
        ("127.0.0.1", "", "127.0.0.1"),
        ("198.51.100.9", "10.0.0.1", "198.51.100.9"),
        ("192.0.2.1", "198.51.100.9", "198.51.100.9"),
        ("", "198.51.100.9", "198.51.100.9"),
        ("192.0.2.1", "10.6.6.6, 198.51.100.9", "198.51.100.9"),
        ("192.0.2.1", "198.51.100.9, 192.0.2.2", "198.51.100.9"),
        ("192.0.2.1", "2001:db8::7", "2001:db8::7"),
        ("192.0.2.1", "n'importe quoi", ""),
        ("", "", ""),
    ],
)
def test_a_client_is_told_by_the_proxies_that_were_named_and_by_nobody_else(settings, speaker, forwarded, client):
    settings.PROXIES = PROXIES
    assert client_address(ask(speaker, forwarded)) == client


@pytest.mark.parametrize(
    ("speaker", "headers", "is_here"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("198.51.100.9", {}, False),
        ("", {}, False),
        ("127.0.0.1", {"via": "1.1 mandataire"}, False),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, False),
    ],
)
def test_this_machine_speaks_for_itself(speaker, headers, is_here):
    assert comes_from_this_machine(ask(speaker, **headers)) is is_here
