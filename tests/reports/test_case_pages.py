"""The page of a relayed report, as the police are let in, and what the référent reads of their answer."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from accounts.roles import Role
from reports.models import Answer, Report
from tests.access.people import let_in
from tests.reports.telling import AN_HOUR, build_relayed, build_report

pytestmark = [
    pytest.mark.django_db(databases=["default", "aggregates"]),
    pytest.mark.usefixtures("own_keys"),
]


@pytest.fixture
def police(place) -> Client:
    return let_in(Client(), place.accounts[Role.MUNICIPAL_POLICE])


@pytest.fixture
def report(place) -> Report:
    author, by = place.accounts[Role.VIGILANT], place.accounts[Role.REFERENT]
    report = build_relayed(
        place.sectors[1], author=author, by=by, text="Mes mots à moi.", relayed_at=timezone.now() - 3 * AN_HOUR
    )
    Answer.objects.all().delete()
    return report


def url_of(report: Report, act: str = "") -> str:
    return f"/signalements/police/{report.pk}/{act}"


def read(answer) -> str:
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ").replace("&#x27;", "'")


def test_the_police_read_the_referents_words_and_the_exact_place_without_the_author(police, report, place):
    page = read(police.get(url_of(report)))

    assert "Vitre cassée à vérifier." in page
    assert "Signalé par le référent du secteur" in page
    assert "11 Rue des Lilas" in page
    assert "Mes mots à moi." not in page
    assert place.accounts[Role.VIGILANT].login not in page
    read_of_it = AuditEntry.objects.filter(ids__contains=[str(report.pk)]).values_list("action", flat=True)
    assert {"report.exact_point", "report.relayed_text"} <= set(read_of_it)


def test_a_report_is_treated_from_its_page(police, report):
    for act, said, told in (
        ("prendre/", {}, "Le signalement est pris en charge."),
        ("qualifier/", {"category-category": "incivility"}, "La qualification est notée."),
        ("passage/", {"patrol": "asked"}, "Passage demandé,"),
        ("passage/", {"patrol": "made"}, "Le passage est noté."),
        ("repondre/", {"reply-text": "Un équipage est passé."}, "Le référent lira votre réponse."),
        ("clore/", {"close-category": "offence", "close-text": ""}, "Le signalement est clos."),
    ):
        assert told in read(police.post(url_of(report, act), said, follow=True))

    assert Report.objects.get().state == "closed"
    page = read(police.get(url_of(report)))
    assert "Première réponse de la police en 3 h." in page
    assert [button in page for button in ("Prendre en charge", "Clore le signalement", "Répondre")] == [
        False,
        False,
        True,
    ]


def test_the_referent_reads_the_answer_and_how_soon_it_came(police, referent, place):
    report = build_relayed(
        place.sectors[0], by=place.accounts[Role.REFERENT], relayed_at=timezone.now() - 3 * AN_HOUR
    )
    Answer.objects.all().delete()
    received = f"/signalements/recus/{report.pk}/"
    assert "La police n'a pas encore répondu." in read(referent.get(received))

    police.post(url_of(report, "repondre/"), {"reply-text": "Un équipage est passé."})

    page = read(referent.get(received))
    assert "Un équipage est passé." in page
    assert "Première réponse de la police en 3 h." in page
    assert AuditEntry.objects.filter(action="answer.text").count() == 1


def test_the_author_reads_no_answer_that_was_meant_for_the_referent(place, police, report):
    police.post(url_of(report, "repondre/"), {"reply-text": "Un équipage est passé."})
    vigilant = let_in(Client(), place.accounts[Role.VIGILANT])

    assert "Un équipage est passé." not in read(vigilant.post("/signalements/le-mien/", {"report": report.pk}))


def test_a_refused_text_stays_in_the_form_and_loading_its_address_leads_to_the_report(police, report):
    page = read(police.post(url_of(report, "repondre/"), {"reply-text": "C'est Jean Dupont."}))

    assert "C'est Jean Dupont." in page
    assert "À corriger" in page
    assert not Answer.objects.exists()
    for act in ("prendre/", "qualifier/", "passage/", "repondre/", "clore/", "ecarter/"):
        assert police.get(url_of(report, act)).headers["Location"] == url_of(report)


def test_what_somebody_dealt_with_meanwhile_is_told(police, report):
    police.post(url_of(report, "prendre/"))

    assert "entre-temps" in read(police.post(url_of(report, "prendre/"), follow=True))


def test_an_act_that_does_not_exist_is_refused(police, report):
    assert police.post(url_of(report, "passage/"), {"patrol": "rien"}).status_code == 404


def test_municipal_police_alone_reject(place, report, police):
    national = let_in(Client(), place.accounts[Role.NATIONAL_POLICE])
    said = {"reject-reason": "unclear", "reject-text": "Précisez la rue."}

    assert "Écarter" not in read(national.get(url_of(report)))
    assert national.post(url_of(report, "ecarter/"), said).status_code == 404
    assert "est écarté" in read(police.post(url_of(report, "ecarter/"), said, follow=True))
    assert Report.objects.get().rejection == "unclear"


def test_what_was_not_relayed_does_not_exist_for_the_police(police, place):
    waiting = build_report(place.sectors[0])

    assert police.get(url_of(waiting)).status_code == 404
    assert police.post(url_of(waiting, "prendre/")).status_code == 404


def test_a_referent_reads_the_street_of_what_was_told_and_the_place_of_what_they_entered(referent, place):
    told = build_report(place.sectors[0], author=place.accounts[Role.VIGILANT])
    page = read(referent.get(f"/signalements/recus/{told.pk}/"))
    assert "Rue des Lilas" in page
    assert "11 Rue des Lilas" not in page
    assert "44.93" not in page
    assert not AuditEntry.objects.filter(action="report.exact_point").exists()

    entered = build_report(place.sectors[0], number="00000009")
    entered.steps.create(
        act="entered", taken_at=timezone.now(), by_role="referent", taken_by=place.accounts[Role.REFERENT]
    )
    page = read(referent.get(f"/signalements/recus/{entered.pk}/"))
    assert "11 Rue des Lilas" in page
