"""What home pages say of agreements: to who keeps them, to who counts them, to who lives in the sector."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.models import Account, Grant
from accounts.roles import Role
from geo import french
from sectors.models import Agreement, Meeting, Proposal, Sector
from sectors.services.agreements import denounce
from sectors.services.referents import MANDATES
from tests.access.people import Place, build_place, let_in
from tests.builders import build_agreement
from tests.sectors.proposing import build_proposal, mark_checked

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])

TWO_MONTHS, TWO_WEEKS, A_YEAR = dt.timedelta(days=60), dt.timedelta(days=14), dt.timedelta(days=365)
MEETING = {"held_on": timezone.localdate(), "place_name": "Mairie", "present": 12, "referents_present": 2}


@pytest.fixture
def place(db, settings) -> Place:
    settings.COMMUNE_INSEE = "26999"
    return build_place()


def ending_in(delay: dt.timedelta) -> dt.date:
    """The day of signature of an agreement whose second term ends so long from today."""
    end = timezone.localdate() + delay + dt.timedelta(days=1)
    return end.replace(year=end.year - 6, day=min(end.day, 28))


def fill_mandates(place: Place) -> None:
    """Give each sector two référents; the first has one already."""
    for sector in place.sectors:
        for number in range(MANDATES - count_of(sector)):
            account = Account.objects.create_user(f"referent-{sector.number}-{number}")
            Grant.objects.create(
                account=account,
                role=Role.REFERENT,
                commune=place.town.commune,
                sector=sector,
                valid=DateRange(timezone.localdate(), None),
            )


def count_of(sector: Sector) -> int:
    return Grant.objects.filter(role=Role.REFERENT, sector=sector).count()


def client_of(place: Place, role: Role) -> Client:
    return let_in(Client(), place.accounts[role])


def home(place: Place, role: Role) -> str:
    return client_of(place, role).get("/accueil/").content.decode().replace("\xa0", " ")


def test_the_desk_is_told_what_is_missing_and_where_to_see_it(place):
    build_agreement(place.sectors[0])

    page = home(place, Role.MUNICIPAL_POLICE)

    assert "2 secteurs n&#x27;ont pas de convention en vigueur." in page
    assert "2 · Le Moulin, 3 · La Gare" in page
    assert 'href="/secteurs/?convention=a-suivre"' in page


def test_an_agreement_that_is_signed_and_to_come_is_no_missing_one(place):
    today = timezone.localdate()
    for sector in place.sectors[1:]:
        build_agreement(sector, signed_on=today)
    to_come = build_agreement(place.sectors[0], signed_on=today)
    first_day = today + dt.timedelta(days=3)
    Agreement.objects.filter(pk=to_come.pk).update(valid=DateRange(first_day, None))

    page = home(place, Role.MUNICIPAL_POLICE)
    card = client_of(place, Role.MUNICIPAL_POLICE).get(f"/secteurs/{place.sectors[0].pk}/").content.decode()

    assert "1 secteur attend l&#x27;entrée en vigueur de sa convention." in page
    assert "pas de convention" not in page
    assert f"<h3>À partir du {french.day(first_day)}</h3>" in card
    assert "Autres conventions" not in card


@pytest.mark.parametrize(("delay", "urgency"), [(TWO_MONTHS, "soon"), (TWO_WEEKS, "now")])
def test_the_desk_is_told_what_ends_sooner_and_sooner(place, delay, urgency):
    for sector in place.sectors[1:]:
        build_agreement(sector, signed_on=timezone.localdate())
    build_agreement(place.sectors[0], signed_on=ending_in(delay))

    page = home(place, Role.MUNICIPAL_POLICE)

    task = page[: page.index("1 convention arrive à son terme.")].rpartition('class="task is-')[2]
    assert task.startswith(urgency)
    assert "pas de convention" not in page


def test_the_desk_is_told_that_nothing_waits(place):
    for sector in place.sectors:
        build_agreement(sector, signed_on=timezone.localdate())

        Meeting.objects.create(sector=sector, **MEETING)
    fill_mandates(place)
    assert "rien n&#x27;arrive à son terme" in home(place, Role.MUNICIPAL_POLICE)


def test_the_desk_is_told_of_vacant_mandates_and_first_of_sectors_without_a_referent(place):
    page = home(place, Role.MUNICIPAL_POLICE)

    assert "5 mandats de référent sont vacants." in page
    assert "personne n&#x27;y lit vos messages : 2 · Le Moulin, 3 · La Gare." in page
    assert "Un de deux, dans : 1 · Les Lilas." in page
    # What the number counts is what the link shows: the sector that has one of two, too.
    assert 'href="/secteurs/?referents=vacants"' in page
    assert "referents=aucun" not in page

    fill_mandates(place)
    Grant.objects.filter(account__login="referent-1-0").delete()
    page = home(place, Role.MUNICIPAL_POLICE)
    assert "1 mandat de référent est vacant." in page
    assert 'href="/secteurs/?referents=vacants"' in page


def test_the_desk_is_told_who_has_not_met_within_a_year(place):
    Meeting.objects.create(sector=place.sectors[0], **MEETING)
    Meeting.objects.create(sector=place.sectors[1], **{**MEETING, "held_on": timezone.localdate() - A_YEAR})

    page = home(place, Role.MUNICIPAL_POLICE)

    assert "2 secteurs ne se sont pas réunis depuis un an." in page
    assert "2 · Le Moulin, 3 · La Gare." in page
    assert 'href="/secteurs/?tri=reunion"' in page
    assert "<dt>secteurs réunis depuis un an</dt><dd>1</dd>" in home(place, Role.CLSPD)


def test_the_council_counts_and_names_nobody(place):
    build_agreement(place.sectors[0], name="Zoé Canari")
    denounced = build_agreement(place.sectors[1])
    today = timezone.localdate()
    denounce(denounced, on=today, by=Agreement.Party.MAYOR, last_day=today)

    page = home(place, Role.CLSPD)

    for label, value in (
        ("secteurs sous convention", 2),
        ("conventions dénoncées", 1),
        ("secteurs sans convention", 1),
        ("mandats de référent tenus", "1 sur 6"),
        ("secteurs sans référent", 2),
    ):
        assert f"<dt>{label}</dt><dd>{value}</dd>" in page
    assert "Zoé Canari" not in page


def test_the_people_of_a_sector_are_told_until_when_its_agreement_runs(place):
    assert "Aucune convention n&#x27;est en vigueur dans ce secteur." in home(place, Role.REFERENT)
    build_agreement(place.sectors[0], signed_on=ending_in(TWO_MONTHS))

    assert "La convention arrive à son terme le" in home(place, Role.VIGILANT)


def test_police_are_told_of_the_perimeters_that_await_a_decision(place):
    author = (place.accounts[Role.REFERENT], Role.REFERENT)
    first, second, third = (build_proposal(sector, *author) for sector in place.sectors)
    Proposal.objects.filter(pk__in=[first.pk, second.pk]).update(state="proposed")
    mark_checked(third, place.accounts[Role.MUNICIPAL_POLICE])

    told, others = (
        let_in(Client(), place.accounts[role]).get("/accueil/").content.decode()
        for role in (Role.MUNICIPAL_POLICE, Role.NATIONAL_POLICE)
    )

    assert "2 propositions de périmètre attendent d&#x27;être vérifiées." in told.replace("\u00a0", " ")
    assert "1 proposition de périmètre attend d&#x27;être approuvée." in told.replace("\u00a0", " ")
    assert "proposition" not in others
