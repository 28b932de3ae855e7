import datetime as dt
import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from absences.models import Absence
from accounts.person import Holding, Person
from accounts.roles import Role
from accounts.services import second_factors
from config.home.blocks import Urgency
from config.home.crew import describe_crew_round
from config.home.neighbours import describe_referent, describe_sectors, describe_vigilant
from config.home.own_account import describe_own_account
from config.home.police import describe_police_day
from geo.french import plain
from patrols.models import CallAttempt, Passage, Plan, Shift
from sectors.models import Bulletin, BulletinSector
from sectors.services.bulletins.receiving import note_reading
from tests.access.people import build_account, copy_of, let_in
from tests.builders import DAY, at, build_ground, build_passage, build_plan
from tests.shell.reading import figures, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(town):
    build_plan(town)
    return town


def crew_member(town, *, device_id: int | None) -> Person:
    holding = Holding(role=Role.CREW, crew_id=town.crews[0].pk)
    return Person(account_id=1, commune=town.commune.pk, holdings=(holding,), device_id=device_id)


def test_police_see_that_the_plan_is_made_and_what_it_leaves_out(planned, set_clock):
    block = describe_police_day(planned.commune, calls=True)

    # Four homes are vacant, none was ever passed since the first of August; the plan visits three and leaves one.
    assert figures(block) == {
        "logements vacants aujourd'hui": "4",
        "passages prévus": "3",
        "logements déjà vus ce jour": "0",
        "en retard de passage": "4",
    }
    assert told(block) == [
        (Urgency.NOW, "4 logements n'ont pas eu le passage attendu."),
        (Urgency.SOON, "1 passage dû n'entre pas dans le plan."),
        (Urgency.DONE, "Le plan du jour est fait : 2 équipages, 3 passages."),
    ]


def test_police_are_told_when_the_plan_is_not_made(town, set_clock):
    block = describe_police_day(town.commune, calls=True)

    assert told(block)[0] == (Urgency.NOW, "Le plan du jour n'est pas encore fait.")


def test_police_are_told_when_nobody_is_on_shift(town, set_clock):
    Shift.objects.all().delete()

    block = describe_police_day(town.commune, calls=True)

    assert told(block)[0][1] == "Aucun équipage n'est de service aujourd'hui : le plan ne peut pas être fait."


def test_after_midnight_police_are_led_to_the_night_that_goes_on(planned, set_clock):
    town = planned
    night = Shift.objects.filter(pk=town.shifts[0].pk)
    night.update(starts_at=at(22), ends_at=at(22) + dt.timedelta(hours=6))
    set_clock(at(23, 30))
    before = told(describe_police_day(town.commune, calls=True))
    set_clock(at(23) + dt.timedelta(hours=2))
    block = describe_police_day(town.commune, calls=True)
    set_clock(at(22) + dt.timedelta(hours=6))

    words = "La nuit du mercredi 12 août 2026 n'est pas finie : 1 équipage de service jusqu'à 4 h."
    assert told(block)[0] == (Urgency.NOW, words)
    assert [task.url for task in block.tasks if task.action == "Suivre la nuit"] == ["/jour/?jour=2026-08-12"]
    assert words not in [each for _, each in before + told(describe_police_day(town.commune, calls=True))]


def test_a_night_that_nobody_planned_is_nothing_to_follow(planned, set_clock):
    night = Shift.objects.filter(pk=planned.shifts[0].pk)
    night.update(starts_at=at(22), ends_at=at(22) + dt.timedelta(hours=6))
    Plan.objects.update(version=None, published_at=None)
    set_clock(at(23) + dt.timedelta(hours=2))

    block = describe_police_day(planned.commune, calls=True)

    assert [task.words for task in block.tasks if task.action == "Suivre la nuit"] == []


def test_a_day_without_a_vacant_home_asks_for_nothing(town, set_clock):
    set_clock(at(12) + dt.timedelta(days=30))

    block = describe_police_day(town.commune, calls=True)

    assert told(block) == [(Urgency.DONE, "Aucun logement n'est vacant aujourd'hui : rien à planifier.")]


def test_police_are_told_of_an_anomaly_and_of_the_absences_that_begin_and_end(planned, set_clock):
    first, second, third, _ = planned.absences
    build_passage(absence=first, crew=planned.crews[0], done_at=at(10), result=Passage.Result.ANOMALY)
    build_passage(absence=second, crew=planned.crews[0], done_at=at(11))
    third.first_day = third.last_day = dt.date(2026, 8, 12)
    third.save()

    block = describe_police_day(planned.commune, calls=True)

    assert (Urgency.NOW, "Appels à faire après une anomalie : 1 logement.") in told(block)
    assert (Urgency.SOON, "Anomalie au dernier passage : 1 logement.") in told(block)
    assert (Urgency.NOW, "Un logement n'a pas eu le passage attendu.") in told(block)
    assert (Urgency.SOON, "Aujourd'hui, 1 absence commence et 1 absence se termine.") in told(block)
    # The home where something was found was seen as well.
    assert figures(block)["logements déjà vus ce jour"] == "2"


def test_an_anomaly_of_which_somebody_was_told_is_done_with(planned, set_clock):
    first, second, *_ = planned.absences
    found = [
        build_passage(absence=each, crew=planned.crews[0], done_at=at(10), result="anomaly")
        for each in (first, second)
    ]
    hours = {"started_at": at(10, 30), "ended_at": at(10, 35)}

    def said(*, calls: bool = True) -> list[tuple[Urgency, str]]:
        block = describe_police_day(planned.commune, calls=calls)
        return [
            (task.urgency, plain(f"{task.words} {task.detail}"))
            for task in block.tasks
            if "Anomalie" in task.words
        ]

    # The owner of the first does not answer: the trusted person is next. That of the second answers.
    CallAttempt.objects.create(passage=found[0], step="owner", outcome="no_answer", **hours)
    CallAttempt.objects.create(passage=found[1], step="owner", outcome="reached", **hours)
    open_ = said()
    CallAttempt.objects.create(passage=found[0], step="trusted_person", outcome="reached", **hours)

    words = "Anomalie au dernier passage : 2 logements"
    assert open_ == [(Urgency.SOON, f"{words}. ")]
    assert said() == [(Urgency.DONE, f"{words}, appels faits. ")]
    # The national police do not read the calls.
    assert said(calls=False)[0][0] == Urgency.NOW


def test_police_are_led_to_the_calls_that_remain_also_once_the_home_was_passed_again_or_its_absence_ended(
    planned, set_clock
):
    again, ended, called, _ = planned.absences
    for each in (again, ended, called):
        build_passage(absence=each, crew=planned.crews[0], done_at=at(10), result="anomaly")
    build_passage(absence=again, crew=planned.crews[0], done_at=at(11))
    Absence.objects.filter(pk=ended.pk).update(last_day=DAY)
    hours = {"started_at": at(10, 30), "ended_at": at(10, 35)}
    CallAttempt.objects.create(
        passage=Passage.objects.get(absence=called), step="owner", outcome="reached", **hours
    )
    set_clock(at(23) + dt.timedelta(hours=2))

    def remaining(*, calls: bool = True) -> list[tuple[str, str, str]]:
        tasks = describe_police_day(planned.commune, calls=calls).tasks
        return [(task.urgency, plain(task.words), task.url) for task in tasks if "Appels à faire" in task.words]

    two = remaining()
    CallAttempt.objects.create(
        passage=Passage.objects.get(absence=ended), step="owner", outcome="reached", **hours
    )
    one = remaining()

    last = Passage.objects.filter(absence=again, result="anomaly").get()
    assert two[0][:2] == (Urgency.NOW, "Appels à faire après une anomalie : 2 logements.")
    assert one == [
        (Urgency.NOW, "Appels à faire après une anomalie : 1 logement.", f"/passages/{last.pk}/appels/")
    ]
    assert remaining(calls=False) == []


def test_police_are_led_to_the_stops_to_take_out_and_to_the_homes_declared_since(planned, set_clock):
    absence = planned.absences[1]
    Absence.objects.filter(pk=absence.pk).update(returned_on=at(12).date())
    Absence.objects.create(
        commune=planned.commune,
        address=absence.address,
        point=absence.point,
        first_day=at(12).date(),
        last_day=at(12).date(),
    )

    block = describe_police_day(planned.commune, calls=True)

    assert (Urgency.NOW, "1 arrêt du plan est à retirer.") in told(block)
    assert (Urgency.NOW, "1 logement déclaré depuis le plan n'y est pas.") in told(block)


def test_a_crew_keeps_its_round_when_a_later_version_is_of_other_crews(planned, set_clock):
    set_clock(at(17))
    newest = Plan.objects.get()
    newest.pk, newest.number, newest.version = None, 2, 2
    newest.save()

    block = describe_crew_round(crew_member(planned, device_id=1))

    assert told(block) == [(Urgency.SOON, "Équipage Alpha : 3 arrêts, de 18 h à 22 h.")]


def test_a_draft_is_no_round_for_its_crew_and_waits_for_the_police(planned, set_clock):
    set_clock(at(17))
    Plan.objects.update(version=None, published_at=None)

    crew = describe_crew_round(crew_member(planned, device_id=1))
    police = describe_police_day(planned.commune, calls=True)

    assert told(crew)[0][1] == "Équipage Alpha : aucune tournée n'est prête pour la vacation de 18 h à 22 h."
    assert told(police)[0] == (
        Urgency.NOW,
        "Le plan du jour est un brouillon : les équipages ne le voient pas.",
    )


def test_a_draft_over_a_version_tells_what_the_crews_have(planned, set_clock):
    set_clock(at(17))
    copy_of(Plan.objects.get(), number=2, version=None, published_at=None)

    block = describe_police_day(planned.commune, calls=True)

    words = "Un brouillon du plan du jour attend : les équipages ont la version 1."
    assert (Urgency.SOON, words) in told(block)


def test_a_crew_on_a_phone_that_is_not_enrolled_is_asked_to_enrol_it_and_sees_no_more(planned, set_clock):
    set_clock(at(17))

    block = describe_crew_round(crew_member(planned, device_id=None))

    assert told(block) == [(Urgency.NOW, "Cet appareil n'est pas enregistré : la tournée ne s'y affiche pas.")]


def test_a_referent_sees_the_perimeter_of_each_sector_and_the_addresses_it_covers(town, set_clock):
    lilas, moulin = town.sectors
    holdings = tuple(Holding(role=Role.REFERENT, sector_id=sector.pk) for sector in (moulin, lilas))
    person = Person(account_id=1, commune=town.commune.pk, holdings=holdings)

    blocks = describe_sectors(person)

    # Two of the four addresses lie west of the middle, two east.
    assert [(block.title, figures(block)) for block in blocks] == [
        ("Secteur 1, Les Lilas", {"adresses dans le périmètre": "2"}),
        ("Secteur 2, Le Moulin", {"adresses dans le périmètre": "2"}),
    ]
    assert plain(blocks[0].words[0]) == "Le périmètre est en vigueur depuis le mercredi 8 juillet 2015."


def test_a_referent_is_told_that_no_perimeter_is_in_force(town, set_clock):
    set_clock(at(12).replace(year=2014))
    person = Person(
        account_id=1,
        commune=town.commune.pk,
        holdings=(Holding(role=Role.REFERENT, sector_id=town.sectors[0].pk),),
    )

    (block,) = describe_sectors(person)

    assert block.words == ("Aucun périmètre n'est en vigueur aujourd'hui dans ce secteur.",)


def test_a_vigilant_sees_their_sector_as_a_referent_does(town, set_clock):
    holding = Holding(role=Role.VIGILANT, sector_id=town.sectors[1].pk)
    person = Person(account_id=1, commune=town.commune.pk, holdings=(holding,))

    (block,) = describe_sectors(person)

    assert (block.title, figures(block)) == ("Secteur 2, Le Moulin", {"adresses dans le périmètre": "2"})


NEIGHBOUR = Person(account_id=1, commune="26999")


@pytest.mark.parametrize(
    ("describe", "pages"),
    [
        (lambda: describe_referent(NEIGHBOUR), []),
        (
            lambda: describe_vigilant(NEIGHBOUR),
            ["/veille/mon-tour/", "/veille/mes-logements/", "/signalements/urgence/", "/vigilant/"],
        ),
    ],
)
def test_neighbours_are_told_whom_to_call_and_that_nothing_is_declared_online_yet(describe, pages, settings):
    settings.POLICE_CONTACT = "04 75 00 00 00"

    block = describe()

    assert all(number in block.warning for number in ("17", "112", "114"))
    assert "ne se fait pas encore sur ce site" in " ".join(block.words)
    assert "la police municipale (04 75 00 00 00)." in " ".join(block.words)
    assert [task.url for task in block.tasks] == pages


def test_a_referent_is_told_of_messages_until_they_are_opened(town):
    account = build_account(town, Role.REFERENT, login="voisine")
    holding = Holding(role=Role.REFERENT, sector_id=town.sectors[0].pk)
    person = Person(account_id=account.pk, commune=town.commune.pk, holdings=(holding,))
    said = {"commune": town.commune, "service": "municipal", "subject": "Objet", "text": "Texte"}
    for sector in (town.sectors[0], town.sectors[0], town.sectors[1]):
        bulletin = Bulletin.objects.create(**said, saved_at=at(9), sent_at=at(9))
        BulletinSector.objects.create(bulletin=bulletin, sector=sector)

    assert told(describe_referent(person)) == [(Urgency.NOW, "2 messages de prévention vous attendent.")]
    for bulletin in Bulletin.objects.filter(sectors=town.sectors[0]):
        note_reading(bulletin, account, [town.sectors[0]], now=at(10))
    assert told(describe_referent(person)) == []


def test_without_a_telephone_the_police_is_named_alone(settings):
    settings.POLICE_CONTACT = ""

    assert "passez par la police municipale." in " ".join(describe_referent(NEIGHBOUR).words)


def test_ones_account_tells_its_roles_their_end_and_what_protects_it(town, set_clock):
    account = build_account(town, Role.REFERENT, Role.CLSPD, login="voisine")
    account.grants.filter(role=Role.CLSPD).update(valid=DateRange(dt.date(2026, 1, 1), dt.date(2026, 9, 1)))

    block = describe_own_account(account)

    # The first day that is not in it is 1 September: 31 August is nineteen days away.
    assert [(fact.label, plain(fact.value)) for fact in block.facts] == [
        ("Votre identifiant", "voisine"),
        ("Référent, Les Lilas", "sans terme"),
        ("CLSPD", "jusqu'au lundi 31 août 2026"),
    ]
    assert told(block) == [
        (Urgency.SOON, "Votre rôle finit le lundi 31 août 2026."),
        (Urgency.SOON, "Votre mot de passe est seul à protéger ce compte."),
    ]


def test_an_account_without_a_recovery_code_is_told_to_make_some(town, set_clock):
    account = build_account(town, Role.REFERENT, login="voisine")
    TOTP.activate(account, generate_totp_secret())

    before = describe_own_account(account)
    second_factors.renew_recovery_codes(account)
    after = describe_own_account(account)

    assert told(before) == [(Urgency.SOON, "Vous n'avez aucun code de secours.")]
    assert told(after) == [(Urgency.DONE, "Votre compte est protégé par un second facteur.")]


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        (
            Role.REFERENT,
            ["Secteur 1, Les Lilas", "Ce que le dispositif vous demande", "Votre compte"],
        ),
        (Role.VIGILANT, ["Secteur 1, Les Lilas", "Ce que le dispositif vous demande", "Votre compte"]),
    ],
)
def test_the_page_of_a_neighbour_has_their_sector_what_is_asked_and_their_account(town, role, titles):
    page = let_in(Client(), build_account(town, role, login="voisine")).get("/accueil/").content.decode()

    assert re.findall(r"<h2 id=.bloc-\d.>([^<]+)</h2>", page) == titles


def test_an_address_of_old_leads_to_the_page_of_its_day(town):
    answer = Client().get("/?jour=2026-08-12&vue=tableau")

    assert answer.status_code == 302
    assert answer.url == "/jour/?jour=2026-08-12&vue=tableau"


def test_the_door_leads_home_and_a_visitor_to_the_way_in(town):
    answer = Client().get("/", follow=True)

    assert [address for address, _ in answer.redirect_chain] == ["/accueil/", "/compte/connexion/?next=/accueil/"]


def test_a_site_without_a_commune_says_how_to_begin_to_whoever_comes():
    answer = Client().get("/")

    assert answer.status_code == 503
    assert "manage.py fetch_town 26362" in answer.content.decode()


def test_a_site_with_two_communes_asks_which_one_it_serves(town):
    build_ground("26998", "Voisine")

    answer = Client().get("/")

    assert answer.status_code == 503
    assert "Valmont-sur-Rhône (26999)" in answer.content.decode()
    assert "RONDE_COMMUNE=26999 script/serve" in answer.content.decode()
