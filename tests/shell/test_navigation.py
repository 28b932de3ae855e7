import pytest
from django.test import RequestFactory

from accounts.person import Holding, Person
from accounts.roles import Role
from config.navigation import read_entries


def request_of(*roles: Role, path: str = "/accueil/"):
    request = RequestFactory().get(path)
    holdings = tuple(Holding(role=role, crew_id=1 if role is Role.CREW else None) for role in roles)
    request.person = Person(account_id=1, commune="26999", holdings=holdings, device_id=1)
    return request


def labels(*roles: Role) -> list[str]:
    return [str(entry.label) for entry in read_entries(request_of(*roles))]


@pytest.mark.parametrize(
    ("role", "sections"),
    [
        (Role.VIGILANT, ["Accueil", "Veille", "Signaler", "Messages", "Secteurs"]),
        (Role.REFERENT, ["Accueil", "Faits signalés", "Messages", "Secteurs", "Périmètres", "Carte publiée"]),
        (
            Role.MUNICIPAL_POLICE,
            [
                "Accueil",
                "Logements",
                "Plan du jour",
                "Déclarer",
                "Faits signalés",
                "Messages",
                "Secteurs",
                "Périmètres",
                "Densité",
                "Carte publiée",
                "Bilan",
                "Appareils",
            ],
        ),
        (
            Role.NATIONAL_POLICE,
            [
                "Accueil",
                "Logements",
                "Plan du jour",
                "Faits signalés",
                "Messages",
                "Secteurs",
                "Périmètres",
                "Densité",
                "Carte publiée",
                "Bilan",
            ],
        ),
        (Role.CREW, ["Accueil", "Tournée", "Plan du jour", "Secteurs"]),
        (Role.CLSPD, ["Accueil", "Secteurs", "Périmètres", "Carte publiée", "Bilan"]),
        (Role.ADMINISTRATOR, ["Accueil", "Secteurs", "Comptes", "Appareils", "Protection", "Journal des accès"]),
        (
            Role.DPO,
            [
                "Accueil",
                "Secteurs",
                "Carte publiée",
                "Bilan",
                "Comptes",
                "Appareils",
                "Protection",
                "Journal des accès",
            ],
        ),
    ],
)
def test_the_rail_shows_the_sections_that_a_role_may_open(role, sections):
    assert labels(role) == sections


def test_a_visitor_has_no_rail():
    request = RequestFactory().get("/aide/")

    assert read_entries(request) == ()


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/accueil/", ["Accueil"]),
        ("/dpo/", ["Protection"]),
        ("/dpo/registre/", ["Protection"]),
        ("/dpo/journal/", ["Journal des accès"]),
        ("/gestion/comptes/12/", ["Comptes"]),
        ("/compte/", []),
        ("/accueil-de-loisirs/", []),
    ],
)
def test_a_page_is_in_the_nearest_section_above_it(path, current):
    entries = read_entries(request_of(Role.DPO, path=path))

    assert [str(entry.label) for entry in entries if entry.is_current] == current
