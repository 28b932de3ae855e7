"""The pages of whoever tells a report and of the référent who receives it, as each is let in."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from geo.models import Address
from reports.models import AuthorSeal, Relay, Report, Telling
from sectors.models import Pseudonym
from tests.access.people import Place, build_account, let_in
from tests.reports.telling import AN_HOUR, build_relayed, build_report

pytestmark = [
    pytest.mark.django_db(databases=["default", "aggregates"]),
    pytest.mark.usefixtures("own_keys"),
]

TELL, ENTER, OWN, INBOX = (f"/signalements/{page}" for page in ("signaler/", "recueillir/", "", "recus/"))
MINE, WITHDRAW = "/signalements/le-mien/", "/signalements/effacer/"
WORDS = "La vitre de l'abribus est cassée."


def said(place: Place, **changed: object) -> dict[str, object]:
    an_hour_ago = timezone.localtime() - AN_HOUR
    address = place.town.addresses[0]
    return {
        "kind": "damage",
        "day": f"{an_hour_ago:%Y-%m-%d}",
        "hour": an_hour_ago.hour,
        "address_text": f"{address}",
        "address_shown": f"{address}",
        "address": address.pk,
        "place_kind": "address",
        "text": WORDS,
        **changed,
    }


def read(answer) -> str:
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ").replace("&#x27;", "'")


def show_own(client: Client, report: Report) -> str:
    """The page of one's own report, whose key no address holds."""
    return read(client.post(MINE, {"report": report.pk}))


def test_the_first_screen_calls_and_keeps_nothing(client):
    page = client.get("/signalements/urgence/")

    assert [call in read(page) for call in ('href="tel:17"', 'href="tel:112"', 'href="sms:114"')] == [True] * 3
    assert "Sans compte, dites le fait de vive voix à un référent" in read(page)
    assert page.cookies == {}
    assert "<form" not in read(page)
    assert "no-store" not in page.headers.get("Cache-Control", "")


def test_the_first_screen_names_nobody_to_who_is_logged_in(vigilant, place):
    assert place.accounts[Role.VIGILANT].login not in read(vigilant.get("/signalements/urgence/"))


def test_a_vigilant_tells_and_finds_it_among_their_own(vigilant, place):
    answer = vigilant.post(TELL, said(place))

    report = Report.objects.get()
    assert answer.headers["Location"] == OWN
    assert (report.place_kind, report.place_name, report.street_name) == (
        "address",
        "11 Rue des Lilas",
        "Rue des Lilas",
    )
    assert WORDS in show_own(vigilant, report)
    assert "<p>Rue des Lilas, " in read(vigilant.get(OWN))
    assert AuthorSeal.objects.get().account == place.accounts[Role.VIGILANT].pk


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "person"}, "Qu'avez-vous vu ?"),
        ({"hour": "24"}, "Vers quelle heure ?"),
        ({"day": "2020-01-01"}, "trente jours au plus"),
        ({"address": "", "address_text": "zzzz"}, "Aucune adresse de la commune"),
        ({"place_kind": "spot", "lon": 4.884, "lat": 44.93}, "Déplacez le repère"),
        ({"text": "C'est Jean Dupont."}, "À corriger"),
        ({"text": ""}, "À corriger"),
        ({"text": "a" * 1_000_000}, "dépasse 500 signes"),
        ({"text": "cas\u202esée"}, "ne se voient pas"),
    ],
    ids=["kind", "hour", "day", "address", "unmoved", "name", "nothing", "a megabyte", "right to left"],
)
def test_what_is_wrong_is_said_and_nothing_kept(vigilant, place, caplog, capfd, changed, words):
    page = vigilant.post(TELL, said(place, **changed))

    assert page.status_code == 200
    assert words in read(page)
    assert "no-store" in page.headers["Cache-Control"]
    assert (Report.objects.count(), Telling.objects.count()) == (0, 0)
    assert not AuditEntry.objects.filter(action="report.create").exists()
    assert "Dupont" not in "\n".join([caplog.text, *capfd.readouterr()])


def test_a_day_to_come_is_said_of_the_day(vigilant, place):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)

    page = read(vigilant.post(TELL, said(place, day=f"{tomorrow}")))

    assert '<a href="#id_day">Quel jour ?</a> : Ce jour est encore à venir' in page


def test_a_refused_text_is_given_back_to_its_writer_alone(vigilant, place):
    page = read(vigilant.post(TELL, said(place, text="C'est Jean Dupont.")))

    assert "C'est Jean Dupont." in page
    assert "Dupont" not in read(vigilant.get(TELL))


def test_several_addresses_that_may_be_meant_are_offered(vigilant, place):
    for number in (21, 23):
        Address.objects.create(
            commune=place.town.commune,
            official_id=f"26999_0001_{number:05d}",
            source="ban",
            house_number=str(number),
            street_name="Rue des Lilas",
            point=place.town.addresses[0].point,
        )
    asked = said(place, address="", address_shown="", address_text="22 rue des Lilas")
    page = read(vigilant.post(TELL, asked))

    assert "la base d'adresses n'a pas de n° 22." in page
    choice = re.search(r'name="address_choice" value="(\d+)"', page)
    vigilant.post(TELL, {**asked, "address_choice": choice[1]})
    assert Report.objects.get().place_name.endswith("Rue des Lilas")


def test_a_script_in_a_text_is_shown_as_it_was_written(vigilant, place):
    vigilant.post(TELL, said(place, text="<b>Vitre</b> cassée"))

    assert "&lt;b&gt;Vitre&lt;/b&gt; cassée" in show_own(vigilant, Report.objects.get())


def test_one_takes_back_ones_own_once_asked(vigilant, place):
    report = build_report(place.sectors[0], author=place.accounts[Role.VIGILANT])

    asked = read(vigilant.post(WITHDRAW, {"report": report.pk}))
    assert "Tout disparaît, aussitôt et pour de bon." in asked
    assert "Rue des Lilas, " in asked
    assert Report.objects.get() == report

    answer = vigilant.post(WITHDRAW, {"report": report.pk, "confirmed": report.pk}, follow=True)

    assert "Votre signalement est effacé." in read(answer)
    assert (Report.objects.count(), AuthorSeal.objects.count()) == (0, 0)


def test_no_address_of_ones_own_reports_holds_a_key(vigilant, place):
    report = build_report(place.sectors[0], author=place.accounts[Role.VIGILANT])

    pages = [read(vigilant.get(OWN)), show_own(vigilant, report)]

    assert [
        each for page in pages for each in re.findall(r'(?:href|action)="([^"]*)"', page) if str(report.pk) in each
    ] == []
    assert str(report.pk) not in f"{dict(vigilant.session.items())}"
    assert {vigilant.get(page).headers["Location"] for page in (MINE, WITHDRAW)} == {OWN}


def test_what_others_told_does_not_exist(vigilant, place):
    second = build_account(place.town, Role.VIGILANT, login="26999-second")
    report = build_report(place.sectors[0], author=second)

    for page in (MINE, WITHDRAW):
        for said in ({"report": report.pk, "confirmed": report.pk}, {"report": "rien"}, {}):
            assert vigilant.post(page, said).status_code == 404
    assert Report.objects.exists()


def test_a_referent_enters_what_was_said_and_finds_it_by_its_number(referent, place):
    answer = referent.post(ENTER, said(place), follow=True)

    report = Report.objects.get()
    assert report.is_spoken
    said_aloud = report.spoken_number.replace("\xa0", " ")
    assert f"Numéro à dire à l'habitant : {said_aloud}." in read(answer)
    assert str(report.pk) in read(referent.get(INBOX, {"numero": said_aloud}))
    found = read(referent.get(INBOX, {"numero": report.spoken_number}))
    assert str(report.pk) in found
    assert str(report.pk) not in read(referent.get(INBOX, {"numero": "00 00 00 00"}))
    mistyped = read(referent.get(INBOX, {"numero": "zz"}))
    assert "Un numéro a huit chiffres." in mistyped
    assert str(report.pk) not in mistyped


def test_those_that_wait_come_first_the_longest_before_the_others(referent, place):
    sector, by = place.sectors[0], place.accounts[Role.REFERENT]
    build_relayed(sector, by=by)
    hours = [Report.objects.get().told_at - dt.timedelta(days=days) for days in (1, 3)]
    build_report(sector, told_at=hours[0], happened_at=hours[1])
    build_report(sector, told_at=hours[1], happened_at=hours[1])

    page = read(referent.get(INBOX))

    # Built in this order: relayed 0, waiting since yesterday 1, since three days 2.
    assert re.findall(r"<td>00 00 00 0(\d)</td>", page) == ["2", "1", "0"]
    assert "3 jours" in page
    assert re.findall(r"<td>00 00 00 0(\d)</td>", read(referent.get(INBOX, {"etat": "new"}))) == ["0"]


@pytest.fixture
def waiting(place) -> Report:
    return build_report(place.sectors[0], author=place.accounts[Role.VIGILANT], text=WORDS)


def url_of(report: Report, act: str = "") -> str:
    return f"{INBOX}{report.pk}/{act}"


def test_a_referent_reads_the_pseudonym_and_no_account(referent, place, waiting):
    page = read(referent.get(url_of(waiting)))

    assert WORDS in page
    assert "sans pseudonyme" in page
    assert place.accounts[Role.VIGILANT].login not in page
    entries = AuditEntry.objects.filter(ids__contains=[str(waiting.pk)]).values_list("action", "stream")
    stream = f"account:{place.accounts[Role.REFERENT].pk}"
    assert {
        ("report.original_text", stream),
        ("report.author_pseudonym", stream),
    } <= set(entries)


def test_a_report_is_relayed_in_the_referents_words(referent, vigilant, place, waiting):
    answer = referent.post(url_of(waiting, "relayer/"), {"relay-text": "Abribus à vérifier."}, follow=True)

    assert "relayé à la police" in read(answer)
    assert Relay.objects.get().report == waiting
    assert "Abribus à vérifier." in show_own(vigilant, waiting)


def test_a_text_that_the_guard_refuses_stays_in_the_form(referent, waiting):
    page = read(referent.post(url_of(waiting, "relayer/"), {"relay-text": "C'est Jean Dupont."}))

    assert "C'est Jean Dupont." in page
    assert "À corriger" in page
    assert not Relay.objects.exists()


def test_the_authors_words_stay_in_the_form_and_the_page_says_why(referent, waiting):
    page = read(referent.post(url_of(waiting, "relayer/"), {"relay-text": WORDS.upper()}))

    assert "Ce sont les mots de l'auteur" in page
    assert WORDS.upper() in page
    assert not Relay.objects.exists()


def test_that_an_answer_ends_a_report_is_said_before(referent, place, waiting):
    relayed = build_relayed(place.sectors[0], by=place.accounts[Role.REFERENT])

    pages = [read(referent.get(url_of(each))) for each in (waiting, relayed)]

    assert ["Une réponse termine le signalement" in page for page in pages] == [True, False]


def test_an_answer_and_a_reason_reach_the_author(referent, vigilant, place, waiting):
    other = build_report(place.sectors[0], author=place.accounts[Role.VIGILANT])
    referent.post(url_of(waiting, "repondre/"), {"answer-text": "La mairie le sait."})
    referent.post(url_of(other, "ecarter/"), {"reject-reason": "unclear", "reject-text": "Précisez la rue."})

    answered, rejected = (show_own(vigilant, each) for each in (waiting, other))
    assert "La mairie le sait." in answered
    assert "Répondu par le référent" in answered
    assert "Trop imprécis" in rejected
    assert "Précisez la rue." in rejected


def test_nobody_is_answered_who_is_known_no_more_and_who_has_no_account_is_told(referent, place, waiting):
    spoken = build_report(place.sectors[0])
    AuthorSeal.objects.all().delete()

    assert 'id="repondre"' not in read(referent.get(url_of(waiting)))
    assert "L'habitant n'a pas de compte" in read(referent.get(url_of(spoken)))
    answered = referent.post(url_of(spoken, "repondre/"), {"answer-text": "La mairie le sait."}, follow=True)
    assert "dites-la à l'habitant" in read(answered)


def test_a_reason_is_chosen_and_none_stands_for_it(referent, waiting):
    page = read(
        referent.post(url_of(waiting, "ecarter/"), {"reject-reason": "", "reject-text": "Précisez la rue."})
    )

    assert "À corriger" in page
    assert Report.objects.get().state == "told"


def test_what_somebody_dealt_with_meanwhile_is_told(referent, place, waiting):
    referent.post(url_of(waiting, "repondre/"), {"answer-text": "La mairie le sait."})

    answer = referent.post(url_of(waiting, "relayer/"), {"relay-text": "Abribus."}, follow=True)

    assert "entre-temps" in read(answer)
    assert not Relay.objects.exists()


def test_reports_of_another_sector_do_not_exist(referent, place):
    report = build_report(place.sectors[1])

    assert referent.get(url_of(report)).status_code == 404
    assert str(report.pk) not in read(referent.get(INBOX))
    for act in ("relayer/", "repondre/", "ecarter/"):
        assert referent.post(url_of(report, act), {"relay-text": "x"}).status_code == 404


def test_what_looks_alike_and_what_one_source_told_is_shown_without_who(referent, place, waiting):
    author = place.accounts[Role.VIGILANT]
    again = build_report(place.sectors[0], author=author, kind="noise")
    alike = build_report(place.sectors[0])

    page = read(referent.get(url_of(waiting)))

    assert "Plusieurs signalements d'une même source" in page
    assert {str(again.pk), str(alike.pk)} <= set(re.findall(r"/recus/([0-9a-f-]{36})/", page))
    assert author.login not in page
    # What stands alone says nothing.
    Report.objects.exclude(pk=waiting.pk).delete()
    assert "À rapprocher" not in read(referent.get(url_of(waiting)))


@pytest.mark.parametrize(
    "changed",
    [{"days": 4}, {"far": True}, {"kind": "noise"}],
    ids=["days", "place", "kind"],
)
def test_what_is_far_in_time_place_or_kind_is_not_alike(referent, place, waiting, changed):
    hour = waiting.happened_at - dt.timedelta(days=changed.get("days", 0))
    point = waiting.point.clone()
    # 0.002 degree of latitude is 222 m.
    point.y += 0.002 if "far" in changed else 0
    other = build_report(
        place.sectors[0], kind=changed.get("kind", "damage"), happened_at=hour, told_at=hour, point=point
    )

    assert str(other.pk) not in read(referent.get(url_of(waiting)))


def test_the_home_of_a_referent_says_how_many_wait(referent, place, waiting):
    assert "1 signalement attend." in read(referent.get("/accueil/"))
    Report.objects.all().delete()
    assert "signalement attend" not in read(referent.get("/accueil/"))


def test_the_dpo_reads_which_reports_carry_which_pseudonym_and_nothing_more(place, waiting):
    author = place.accounts[Role.VIGILANT]
    again = build_report(place.sectors[0], author=author)
    Pseudonym.objects.create(account=author, sector=place.sectors[0], text="Merle")
    spoken = build_report(place.sectors[0])

    page = read(let_in(Client(), place.accounts[Role.DPO]).get("/signalements/pseudonymes/"))

    assert "2 signalements, 1 source." in page
    assert [each in page for each in ("Merle", str(waiting.pk), str(again.pk), str(spoken.pk))] == [True] * 3 + [
        False
    ]
    assert [word in page for word in (author.login, WORDS, "Rue des Lilas", waiting.spoken_number)] == [False] * 4
    entry = AuditEntry.objects.get(action="report.author_pseudonym")
    assert set(entry.ids) == {str(waiting.pk), str(again.pk)}


def test_the_police_and_keepers_have_no_page_of_them(place, waiting):
    for role in (Role.MUNICIPAL_POLICE, Role.ADMINISTRATOR, Role.DPO, Role.CLSPD):
        client = let_in(Client(), place.accounts[role])
        assert [client.get(page).status_code for page in (OWN, INBOX, TELL, ENTER)] == [404] * 4


def test_places_are_searched_by_who_tells_and_by_nobody_else(place, vigilant, referent):
    asked = {"texte": "11 rue des Lilas"}
    police = let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])
    url = reverse("maps:find_places")

    assert [client.post(url, asked).status_code for client in (vigilant, referent, police)] == [200, 200, 404]
