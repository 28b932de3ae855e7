"""Every page that a role reaches from its home by following links: accessible, and whole at 320 px.

Most pages are the same for each role but for the frame around them. One whose parts (content, bars, foot) were all
found good to the letter, on whatever pages, is not given to the checker again: its headings and its width are.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from playwright.sync_api import Page

from accounts.roles import Role
from accounts.views.proof import is_file
from patrols.models import JoinedPassage, RefusedEntry
from sectors.models import BulletinAttachment, BulletinTemplate
from sectors.services.bulletins.templates import load_starters
from tests.access.people import Place, build_place, move_shift
from tests.accounts.ways_in import code_now
from tests.builders import PDF, build_passage
from tests.patrols.phone.phones import ANOMALY
from tests.sectors.bulletins.messages import draft_for, send_to
from tests.sectors.proposing import build_proposal

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "aggregates"])

OpenPage = Callable[..., Page]
HOME = "/accueil/"
NARROWEST_PX = 320
LINKS = """[...document.querySelectorAll('a[href]:not([download])')].map(link => link.href)"""
HEADINGS = (
    "[...document.querySelectorAll('h1, h2, h3, h4')].filter(e => e.checkVisibility()).map(e => +e.tagName[1])"
)
# The content of a page and what frames it, without what differs at each request and the mark of the section
# that one is in.
PARTS = """(() => {
  const page = document.documentElement.cloneNode(true), body = page.querySelector('body');
  page.querySelectorAll('[name=csrfmiddlewaretoken], script').forEach((unseen) => unseen.remove());
  page.querySelectorAll('[aria-current]').forEach((part) => part.removeAttribute('aria-current'));
  return [...body.children, body.cloneNode(), page.cloneNode()].map((part) => part.outerHTML);
})()"""
# What is drawn for the person alone: their identifier, secrets in letters and as a QR code.
OF_THE_PERSON = re.compile(r"26999-[a-z-]+|[\w+/=-]{24,}|(?:[A-Z2-7]{4} ?){8}|(?<= d=)\"[^\"]*\"")
GoodParts = set[str]


@pytest.fixture(scope="session")
def good_parts() -> GoodParts:
    """The parts of pages in which the checker has found no fault."""
    return set()


@pytest.fixture
def place(db) -> Place:
    place = build_place()
    build_proposal(place.sectors[0], place.accounts[Role.REFERENT], Role.REFERENT)
    return place


def violations(page: Page, *rules: str) -> list[str]:
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def kind_of(address: str) -> str:
    """The address without its numbers: one page stands for those of its kind."""
    return "/".join("#" if part.isdigit() else part for part in urlsplit(address).path.split("/"))


def walk(page: Page, start: str) -> Iterator[str]:
    """Open each kind of page that links lead to, once, and no file; yield its address while it is open."""
    origin = page.evaluate("location.origin")
    waiting, seen = [origin + start], {kind_of(start)}
    while waiting:
        address = waiting.pop(0)
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        yield urlsplit(page.url).path
        for link in page.evaluate(LINKS):
            target = urljoin(page.url, link)
            if target.startswith(origin + "/") and not is_file(target) and kind_of(target) not in seen:
                seen.add(kind_of(target))
                waiting.append(target)


def skips_a_level(levels: list[int]) -> bool:
    return any(deeper > level + 1 for level, deeper in zip([0, *levels], levels, strict=False))


def violations_in_both_themes(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    found += [f"dark {fault}" for fault in violations(page, "color-contrast")]
    page.emulate_media(color_scheme="light")
    return found


def faults(page: Page, axe: str, good_parts: GoodParts) -> list[str]:
    parts = {OF_THE_PERSON.sub("", part) for part in page.evaluate(PARTS)}
    found = [] if parts <= good_parts else violations_in_both_themes(page, axe)
    if not found:
        good_parts |= parts
    levels = page.evaluate(HEADINGS)
    if levels.count(1) != 1 or skips_a_level(levels):
        found.append(f"headings: {levels}")
    page.set_viewport_size({"width": NARROWEST_PX, "height": 568})
    if overflow := page.evaluate("document.documentElement.scrollWidth - innerWidth"):
        found.append(f"{overflow} px too wide at {NARROWEST_PX} px")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


@pytest.mark.parametrize("role", Role)
def test_every_page_that_a_role_reaches_is_accessible(
    open_page: OpenPage, place: Place, axe, good_parts, role: Role
):
    account = place.accounts[role]
    page = open_page(HOME, account=account)

    found = {address: faults(page, axe, good_parts) for address in walk(page, HOME)}

    assert HOME in found
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_every_page_about_an_anomaly_is_accessible_at_the_desk(open_page: OpenPage, place: Place, axe, good_parts):
    # What no link leads to until something has happened: an anomaly, and what a phone sent in vain.
    home, crew = place.town.absences[0], place.town.crews[0]
    done_at, anomaly = timezone.now() - dt.timedelta(days=1), {"result": "anomaly", "anomaly": "opening"}
    passage = build_passage(absence=home, crew=crew, done_at=done_at, **anomaly)
    JoinedPassage.objects.create(
        passage=build_passage(absence=home, crew=crew, done_at=done_at, clock="told"), counts_as=passage
    )
    apart, _ = (build_passage(absence=place.town.absences[1], crew=crew, done_at=done_at) for _ in range(2))
    said = {**ANOMALY, "stop": None, "home": home.pk, "done_at": done_at.isoformat()}
    entry = RefusedEntry(crew=crew, reason=RefusedEntry.Reason.NOT_ON_ROUND, content=json.dumps(said))
    entry.keep_until(timezone.localdate())
    entry.save()
    page = open_page(HOME, account=place.accounts[Role.MUNICIPAL_POLICE])

    found = {}
    for address in (
        HOME,
        f"/logements/{home.pk}/",
        f"/logements/{home.pk}/passage/",
        f"/arrets/{place.route.stops.first().pk}/non-fait/",
        f"/passages/{passage.pk}/corriger/",
        f"/passages/{passage.pk}/dit-deux-fois/",
        f"/passages/{apart.pk}/dit-deux-fois/",
        f"/passages/{passage.pk}/appels/",
        f"/passages/{passage.pk}/signalements/",
        "/envois/",
        f"/envois/{entry.pk}/",
    ):
        page.goto(urljoin(page.url, address))
        found[address] = faults(page, axe, good_parts)

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_every_page_that_a_crew_reaches_on_its_own_phone_is_accessible(
    open_page: OpenPage, place: Place, axe, good_parts
):
    move_shift(place.town.shifts[0], starts_in=dt.timedelta(hours=1))
    TOTP.activate(place.accounts[Role.CREW], generate_totp_secret())
    page = open_page("/compte/appareils/ajouter/", account=place.accounts[Role.CREW])
    page.get_by_label("Code").fill(code_now(place.accounts[Role.CREW]))
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("textbox").fill("Téléphone de bord")
    page.get_by_role("button", name="Enregistrer cet appareil").click()

    found = {address: faults(page, axe, good_parts) for address in walk(page, HOME)}

    assert "/jour/" in found
    assert {address: faults for address, faults in found.items() if faults} == {}


def test_every_page_that_a_visitor_reaches_is_accessible(open_page: OpenPage, place: Place, axe, good_parts):
    page = open_page("/aide/", is_visitor=True)

    found = {address: faults(page, axe, good_parts) for address in walk(page, "/aide/")}

    assert {address: faults for address, faults in found.items() if faults} == {}


@pytest.mark.parametrize("role", [Role.MUNICIPAL_POLICE, Role.REFERENT])
def test_every_page_of_a_message_is_accessible(open_page: OpenPage, place: Place, axe, good_parts, role: Role):
    # Drafts and messages are reached once somebody has written: to three sectors, of which two have no référent.
    load_starters(place.town.commune)
    sent, draft = send_to(place, *place.sectors), draft_for(place, place.sectors[0])
    for bulletin in (sent, draft):
        BulletinAttachment.objects.create(
            bulletin=bulletin, title="Affiche A4", content=PDF, content_sha256="0" * 64, size_bytes=len(PDF)
        )
    template = BulletinTemplate.objects.earliest("pk")
    ours = {
        Role.REFERENT: (HOME, "/messages/", f"/messages/{sent.pk}/"),
        Role.MUNICIPAL_POLICE: (
            "/messages/",
            f"/messages/{sent.pk}/",
            *(f"/messages/{draft.pk}/{name}/" for name in ("ecrire", "pieces", "envoyer")),
            *("/messages/modeles/", f"/messages/modeles/{template.pk}/", "/messages/modeles/nouveau/"),
        ),
    }
    page = open_page(HOME, account=place.accounts[role])

    found = {}
    for address in ours[role]:
        page.goto(urljoin(page.url, address))
        found[address] = faults(page, axe, good_parts)

    assert {address: faults for address, faults in found.items() if faults} == {}
