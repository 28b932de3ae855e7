"""The passages that arrive while the page of a day is looked at."""

import datetime as dt
import re

import pytest
from django.db.models import F
from django.test import Client

from patrols.models import MissedStop, Passage, Plan, Stop
from tests.access.people import copy_of
from tests.builders import DAY, Town, at, build_passage
from tests.maps.reading import PAGE, rows_of_crew, words

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def half_past_six(monkeypatch, planned: Town) -> Town:
    """The tiny town while Alpha is on its round."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(18, 30))
    return planned


def heard_by(page) -> str:
    return re.search(r'data-heard="([^"]*)"', page.content.decode()).group(1)


def news(client: Client, heard: str):
    return client.get(f"/plans/{Plan.objects.get().pk}/passages/", {"depuis": heard})


def pass_at(town: Town, home: int, done_at: dt.datetime, **found: object) -> Passage:
    return build_passage(absence=town.absences[home], crew=town.crews[0], done_at=done_at, **found)


def test_before_the_shift_nothing_is_said_of_progress(client: Client, planned: Town, five_in_the_afternoon):
    page = client.get(PAGE)

    assert "Passages faits" not in words(page)
    assert re.search(r'id="legende-faits" hidden', page.content.decode())


def test_during_the_shift_the_page_tells_how_far_the_crews_have_come(client: Client, half_past_six: Town):
    pass_at(half_past_six, 0, at(18, 9), result="ras")

    page = client.get(PAGE)

    assert "Passages faits : 1 sur 3 · aucune anomalie" in words(page)
    assert "Faits 1 sur 3" in words(page)
    assert "fait à 18 h 09 · RAS" in rows_of_crew(page, "Alpha")[1]


def test_a_stop_that_the_crew_of_before_made_says_so(client: Client, half_past_six: Town):
    before = Plan.objects.get()
    seen = Stop.objects.get(order=1)
    build_passage(absence=seen.absence, crew=half_past_six.crews[0], done_at=at(18, 9), stop=seen, result="ras")
    # Alpha's phone was away from the network when that home went to Bravo.
    after = copy_of(before, number=2, version=2)
    _, bravo = (copy_of(each, plan=after) for each in before.routes.all())
    copy_of(seen, route=bravo)

    page = client.get(PAGE)

    assert "fait à 18 h 09 · RAS par un autre équipage" in rows_of_crew(page, "Bravo")[1]
    assert "Faits 1 sur 1 · 1 par un autre équipage" in words(page)


def test_a_stop_that_is_made_shows_its_real_hour_and_the_planned_one(client: Client, half_past_six: Town):
    pass_at(half_past_six, 0, at(18, 27), result="ras")

    first, second = rows_of_crew(client.get(PAGE), "Alpha")[1:3]

    assert "1 18 h 27 prévu 18 h 05 11 Rue des Lilas" in first
    assert "prévu" not in second


def test_what_was_found_at_a_home_that_has_left_the_plan_is_told_beside_it(client: Client, half_past_six: Town):
    heard = heard_by(client.get(PAGE))
    Stop.objects.filter(absence=half_past_six.absences[1]).delete()
    pass_at(half_past_six, 1, at(18, 12), result="anomaly", anomaly="opening")

    told = words(news(client, heard))

    assert "1 passage hors de ce plan" in told
    assert "18 h 12 · anomalie : Porte ou fenêtre ouverte" in told
    assert "aucune anomalie" not in told


def test_an_anomaly_is_listed_above_the_rounds(client: Client, half_past_six: Town):
    pass_at(half_past_six, 0, at(18, 9), result="anomaly", anomaly="opening")
    pass_at(half_past_six, 1, at(18, 24), result="anomaly", anomaly="broken_in")

    page = client.get(PAGE)

    # The last found comes first.
    alarms = words(page).split("2 anomalies")[1]
    assert alarms.index("12 Rue du Moulin · 18 h 24 · Effraction constatée") < alarms.index(
        "11 Rue des Lilas · 18 h 09"
    )
    assert "18 h 09 · anomalie : Porte ou fenêtre ouverte" in rows_of_crew(page, "Alpha")[1]


def test_a_row_that_is_made_can_be_moved_no_more(client: Client, half_past_six: Town):
    pass_at(half_past_six, 0, at(18, 9), result="ras")

    page = client.get(PAGE).content.decode()

    assert page.count("data-grip") == 3
    first = re.search(
        rf'<tr[^>]*data-home="{half_past_six.absences[0].pk}".*?</tr>', page, flags=re.DOTALL
    ).group()
    assert 'class="stop is-done"' in first
    assert 'data-made="ras"' in first
    assert "data-edit" not in first


def test_what_the_hour_alone_says_was_made_can_be_moved_no_more(client: Client, half_past_six: Town):
    # Planned at 18 h 05, 18 h 20 and 18 h 35; it is 18 h 30, and no passage was heard of.
    Plan.objects.update(version=None, published_at=None)
    rows = rows_of_crew(client.get(PAGE), "Alpha")[1:4]
    third = half_past_six.absences[2].pk
    form = client.get(f"{PAGE}&modifier={third}-1")

    assert ["rien reçu" in row for row in rows] == [True, True, False]
    assert re.findall(r'data-edit="(\d+)-1"', form.content.decode())[:1] == [f"{third}"]
    assert "Alpha (à partir de la place 3)" in words(form)


def test_a_round_of_which_something_is_known_is_where_it_is_said_to_be(client: Client, half_past_six: Town):
    pass_at(half_past_six, 0, at(18, 29), result="ras")

    rows = rows_of_crew(client.get(PAGE), "Alpha")[1:4]

    assert not any("rien reçu" in row for row in rows)
    assert client.get(PAGE).content.decode().count("data-grip") == 3


def test_a_stop_that_the_plan_counts_as_made_says_so(client: Client, half_past_six: Town):
    Stop.objects.filter(order=1).update(is_done=True)

    assert "compté comme fait" in rows_of_crew(client.get(PAGE), "Alpha")[1]


def test_nothing_is_answered_where_the_page_has_heard_it_all(client: Client, half_past_six: Town):
    pass_at(half_past_six, 0, at(18, 9), result="ras")

    answer = news(client, heard_by(client.get(PAGE)))

    assert answer.status_code == 204
    assert answer.content == b""


def test_a_new_passage_is_answered_with_its_row_and_the_figures(client: Client, half_past_six: Town):
    heard = heard_by(client.get(PAGE))
    pass_at(half_past_six, 1, at(18, 24), result="ras")

    answer = news(client, heard)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r'id="(arret-\d+)"', text) == [f"arret-{Stop.objects.get(order=2).pk}"]
    assert 'data-recency="passed"' in text
    assert "Passages faits : 1 sur 3" in words(answer)
    assert "Passage fait ce jour 1" in words(answer)
    assert news(client, heard_by(answer)).status_code == 204


def test_the_other_visit_of_a_home_is_answered_with_it(client: Client, half_past_six: Town):
    route = Stop.objects.get(order=1).route
    hours = {"arrives_at": at(21), "starts_at": at(21), "leaves_at": at(21, 5)}
    home = half_past_six.absences[0]
    Stop.objects.create(route=route, order=4, absence=home, visit_number=2, prize=4.0, **hours)
    heard = heard_by(client.get(PAGE))
    pass_at(half_past_six, 0, at(18, 9), result="ras")

    plan = Plan.objects.get().pk
    answer = client.get(f"/plans/{plan}/passages/", {"jour": f"{DAY}", "depuis": heard}).content.decode()
    rows = re.findall(r"<tr\b.*?</tr>", answer, flags=re.DOTALL)

    assert len(rows) == 2
    assert all('data-recency="passed"' in row for row in rows)
    assert ["data-made" in row for row in rows] == [True, False]
    # The form of the one to come is that of the page, and not of this answer.
    assert f'href="?jour={DAY}&amp;modifier={half_past_six.absences[0].pk}-2#modifier"' in rows[1]


def test_a_passage_that_is_corrected_is_answered_again(client: Client, half_past_six: Town):
    passage = pass_at(half_past_six, 0, at(18, 9), result="ras")
    heard = heard_by(client.get(PAGE))
    later = F("recorded_at") + dt.timedelta(minutes=5)
    Passage.objects.filter(pk=passage.pk).update(result="anomaly", anomaly="damage", amended_at=later)

    assert "18 h 09 · anomalie : Dégradation" in words(news(client, heard))


def test_a_stop_that_another_says_was_missed_is_answered_as_a_passage_is(client: Client, half_past_six: Town):
    Stop.objects.filter(order=1).update(is_done=True)
    passage = pass_at(half_past_six, 1, at(18, 24), result="ras")
    page = client.get(PAGE)
    stop = Stop.objects.select_related("route").get(order=1)
    MissedStop.objects.create(
        shift=stop.route.shift,
        absence=stop.absence,
        planned_at=stop.starts_at,
        why=MissedStop.Why.FORGOTTEN,
        told_at=passage.recorded_at + dt.timedelta(seconds=5),
    )

    answer = news(client, heard_by(page))

    assert f'id="arret-{stop.pk}"' in answer.content.decode()
    assert "non fait : oublié" in words(answer)
    assert "Passages faits : 1 sur 3 · 1 non fait" in words(answer)
    assert news(client, heard_by(answer)).status_code == 204


def test_the_detail_of_a_stop_tells_its_passage_and_leads_to_the_record(client: Client, half_past_six: Town):
    pass_at(half_past_six, 1, at(18, 24), result="anomaly", anomaly="opening", checked=["door"], wrong=["door"])

    answer = client.get(f"/arrets/{Stop.objects.get(order=2).pk}/detail")

    assert "Passage fait 18 h 24 · anomalie : Porte ou fenêtre ouverte À revoir Porte" in words(answer)
    assert f'href="/logements/{half_past_six.absences[1].pk}/"' in answer.content.decode()


def test_a_round_that_goes_past_midnight_keeps_its_passages(client: Client, planned: Town, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(23) + dt.timedelta(hours=2))
    planned.shifts[0].ends_at = at(23) + dt.timedelta(hours=3)
    planned.shifts[0].save()
    pass_at(planned, 0, at(23) + dt.timedelta(hours=1, minutes=30), result="ras")

    first = rows_of_crew(client.get(PAGE), "Alpha")[1]

    assert "fait à 0 h 30" in first
    assert "le jour même" in first
    assert "Passage fait ce jour 1" in words(client.get(PAGE))


def test_the_answer_is_never_kept(client: Client, half_past_six: Town):
    assert "no-store" in news(client, "").headers["Cache-Control"]


def test_a_plan_that_does_not_exist_has_no_passages(client: Client, half_past_six: Town):
    assert client.get("/plans/0/passages/").status_code == 404
