"""A crew's night on one phone: with and without network, through reloads and the end of the shift."""

import datetime as dt

import pytest
from playwright.sync_api import Route, expect

from accounts.models import AuditEntry
from geo import french
from patrols.models import CallAttempt, Passage, RefusedEntry, Shift
from tests.access.people import move_shift
from tests.builders import build_stay
from tests.e2e.patience import wait_until
from tests.e2e.phone_page import (
    ADDRESSES,
    AN_HOUR,
    KEPT_ROWS,
    UNDO_MS,
    end_shift,
    leave_out_map,
    look_again,
    note_nothing,
    open_round,
    report_anomaly,
    wait_for_worker,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_night_without_the_network_loses_nothing(whole_phone, site, place, keep_picture):
    leave_out_map(whole_phone)
    planned = build_stay(place.route, after_stop=1, arrives_at=dt.datetime.now(dt.UTC) + AN_HOUR)
    staying = f"de {french.clock(planned.arrives_at)} à {french.clock(planned.leaves_at)}"
    whole_phone.clock.install()
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    expect(page.locator("#next")).to_contain_text("Portail : code de Camille 11")
    keep_picture(page, "phone-next-stop")
    stay = page.locator("#stops li").nth(1)
    expect(stay).to_have_text(f"Présence rue du Moulin{staying} · rien à noter")
    expect(page.locator("#next")).not_to_contain_text("Présence")
    stay.get_by_role("button").tap()
    expect(page.locator("#next-title")).to_have_text("Présence rue du Moulin")
    expect(page.locator("#next")).to_contain_text(f"{staying}Présence rue du MoulinSe montrer, à pied si possible")
    expect(page.get_by_role("button", name="Itinéraire")).to_be_visible()
    expect(page.get_by_role("button", name="RAS", exact=True)).to_have_count(0)
    expect(page.locator("#way")).to_contain_text("Silhouette : présence rue du Moulin.")
    keep_picture(page, "phone-stay-open")
    page.get_by_role("button", name="Prochain arrêt").tap()
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[0])

    whole_phone.set_offline(True)
    note_nothing(page)
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[1])
    expect(page.locator("#pending")).to_have_text("1 en attente")

    page.reload()
    expect(page.locator("#next-title")).to_have_text(ADDRESSES[1])
    expect(page.locator("#pending")).to_have_text("1 en attente")
    expect(page.locator("#network")).to_have_text("Réseau : non")
    expect(page.locator("#next")).to_contain_text("Prochain arrêt 2 sur 3")
    expect(page.locator("#next")).to_contain_text(f"Présence avant, rue du Moulin, {staying}.")
    expect(page.locator("#way")).to_contain_text("Silhouette : présence rue du Moulin.")
    keep_picture(page, "phone-stay")
    note_nothing(page)
    expect(stay).to_have_text(f"Présence rue du Moulin{staying} · passée")
    expect(page.locator("#toast")).to_contain_text("Position : hors du rayon du logement.")
    expect(page.locator("#pending")).to_have_text("2 en attente")
    keep_picture(page, "phone-offline")
    assert not Passage.objects.exists()

    whole_phone.set_offline(False)
    expect(page.locator("#network")).to_have_text("Réseau : oui")
    # Both are held for « Annuler » until then.
    page.clock.fast_forward(UNDO_MS)
    expect(page.locator("#pending")).to_have_text("0 en attente")
    done = Passage.objects.order_by("done_at").values_list("absence", "result", "presence", "clock")
    first, second = place.town.absences[:2]
    assert list(done) == [(first.pk, "ras", "within", "trusted"), (second.pk, "ras", "away", "trusted")]


def test_an_anomaly_opens_the_calls_and_shows_the_numbers_then_alone(phone, site, place, keep_picture):
    page = open_round(phone, site)
    assert "Téléphone de Camille" not in page.content()

    page.get_by_role("button", name="Anomalie").tap()
    page.get_by_label("Porte ou fenêtre ouverte").check()
    page.get_by_role("group", name="Porte", exact=True).get_by_label("Anormal").check()
    page.get_by_label("Note courte").fill("Volet du garage levé")
    keep_picture(page, "phone-anomaly")
    page.get_by_role("button", name="Enregistrer l'anomalie").tap()

    calls = page.get_by_role("dialog", name="Appels")
    owner = calls.locator("[data-step=owner]")
    expect(owner.locator(".number")).to_have_text("Camille 11 Téléphone de Camille 11")
    keep_picture(page, "phone-calls")
    owner.get_by_role("button", name="Appeler").tap()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/equipage/tournee.json", hold, times=1)
    owner.get_by_role("button", name="Pas de réponse").tap()
    wait_until(page, lambda: held)
    expect(owner.locator(".attempts li")).to_have_count(1)
    owner.get_by_role("button", name="Appeler").tap()
    # Left without a word, the second call was made all the same; noted during an exchange, it leaves right after.
    calls.get_by_role("button", name="Terminer").tap()
    expect(page.locator("#pending")).to_have_text("1 en attente")
    held[0].continue_()
    expect(page.locator("#pending")).to_have_text("0 en attente")

    passage = Passage.objects.get()
    assert (passage.result, passage.anomaly, passage.wrong) == ("anomaly", "opening", ["door"])
    called = CallAttempt.objects.order_by("pk").values_list("step", "outcome")
    assert list(called) == [("owner", "no_answer"), ("owner", "not_said")]
    assert AuditEntry.objects.filter(action="absence.phone").count() == 1
    assert "Téléphone de Camille" not in page.content()

    page.reload()
    reminder, line = page.locator("#next .to-call"), page.locator("#stops button").first
    expect(reminder).to_contain_text(f"Quelqu'un est encore à prévenir de l'anomalie : {ADDRESSES[0]}")
    expect(line).to_contain_text("Anomalie, appels à faire")
    # The hour at which it was made, in place of the one that was planned.
    expect(line).to_contain_text(f"{french.clock(passage.done_at)} · ")
    reminder.scroll_into_view_if_needed()
    keep_picture(page, "phone-calls-remain")
    reminder.get_by_role("button", name="Appels").tap()
    trusted = calls.locator("[data-step=trusted_person]")
    trusted.get_by_role("button", name="Appeler").tap()
    phone.set_offline(True)
    trusted.get_by_role("button", name="Joint", exact=True).tap()
    calls.get_by_role("button", name="Terminer").tap()
    expect(reminder).to_have_count(0)
    expect(line).not_to_contain_text("appels à faire")


def test_without_the_network_only_the_police_can_be_called_and_the_numbers_come_with_it(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    report_anomaly(page)
    owner, trusted, police = (
        page.locator(f"[data-step={name}]") for name in ("owner", "trusted_person", "national_police")
    )

    ends = french.clock(Shift.objects.get(crew=place.town.crews[0]).ends_at)
    expect(page.locator("#calls-state")).to_contain_text(f"jusqu'à la fin de la vacation, à {ends}")
    for step in (owner, trusted):
        expect(step).to_contain_text("Pas encore de numéro")
        expect(step.get_by_role("button", name="Appeler")).to_be_disabled()
    police.get_by_role("button", name="Appeler").tap()
    police.get_by_role("button", name="Joint", exact=True).tap()
    expect(police.locator(".attempts li")).to_have_count(1)

    phone.set_offline(False)
    expect(owner).to_contain_text("Téléphone de Camille 11")
    expect(trusted.get_by_role("button", name="Appeler")).to_be_enabled()
    expect(page.locator("#pending")).to_have_text("0 en attente")
    assert list(CallAttempt.objects.values_list("step", "outcome")) == [("national_police", "reached")]


def test_a_passage_noted_by_mistake_is_taken_back(phone, site, place):
    page = open_round(phone, site)

    note_nothing(page)
    page.get_by_role("button", name="Annuler").tap()

    expect(page.locator("#next-title")).to_have_text(ADDRESSES[0])
    expect(page.locator("#pending")).to_have_text("0 en attente")
    assert not Passage.objects.exists()


def test_a_passage_that_waits_is_corrected_and_one_that_was_sent_is_not(phone, site, place, keep_picture):
    page = open_round(phone, site)
    phone.set_offline(True)
    note_nothing(page)
    page.locator("#stops button").first.tap()
    card, form = page.locator("#next"), page.get_by_role("dialog", name="Corriger le passage")

    card.get_by_role("button", name="Corriger").tap()
    expect(form.get_by_label("RAS : rien à signaler")).to_be_checked()
    form.get_by_role("group", name="Porte", exact=True).get_by_label("Anormal").check()
    form.get_by_role("button", name="Enregistrer la correction").tap()
    expect(form.get_by_role("alert")).to_contain_text("Un point est dit anormal")
    form.get_by_label("Porte ou fenêtre ouverte").check()
    form.get_by_label("Note courte").fill("Porte du garage")
    keep_picture(page, "phone-correction")
    form.get_by_role("button", name="Enregistrer la correction").tap()
    page.get_by_role("dialog", name="Appels").get_by_role("button", name="Terminer").tap()
    expect(card).to_contain_text("l'envoi attend")

    card.get_by_role("button", name="Corriger").tap()
    expect(form.get_by_label("Porte ou fenêtre ouverte")).to_be_checked()
    expect(form.get_by_label("Note courte")).to_have_value("Porte du garage")
    form.get_by_label("Courrier ou poubelles à relever").check()
    form.get_by_role("button", name="Enregistrer la correction").tap()
    expect(page.locator("#toast")).to_be_hidden()
    expect(page.locator("#stops button").first).to_contain_text("Anomalie, à envoyer")
    keep_picture(page, "phone-corrected")
    expect(page.locator("#pending")).to_have_text("1 en attente")
    phone.set_offline(False)

    expect(page.locator("#pending")).to_have_text("0 en attente")
    expect(card).to_contain_text("pour le corriger, demandez au correspondant")
    expect(card.get_by_role("button", name="Corriger")).to_have_count(0)
    passage = Passage.objects.get()
    assert (passage.result, passage.anomaly, passage.wrong) == ("anomaly", "full_box", ["door"])


def test_a_correction_that_comes_as_the_passage_is_sent_is_lost_on_nobody(phone, site, place):
    page = open_round(phone, site)
    underway: list[Route] = []

    def hold(route: Route) -> None:
        underway.append(route)

    page.route("**/equipage/envoi/", hold, times=1)
    report_anomaly(page)
    page.get_by_role("dialog", name="Appels").get_by_role("button", name="Terminer").tap()
    wait_until(page, lambda: underway)

    page.locator("#next").get_by_role("button", name="Corriger").tap()
    page.get_by_label("Traces de tentative").check()
    page.get_by_role("button", name="Enregistrer la correction").tap()
    underway[0].continue_()

    expect(page.locator("#pending")).to_have_text("0 en attente")
    expect(page.locator("#message")).to_contain_text("Mis de côté par le serveur, où le correspondant le voit")
    assert Passage.objects.get().anomaly == Passage.Anomaly.OPENING
    assert RefusedEntry.objects.get().reason == RefusedEntry.Reason.CHANGED


def test_at_the_end_of_the_shift_the_round_is_wiped_from_the_phone(whole_phone, site, place):
    leave_out_map(whole_phone)
    page = open_round(whole_phone, site)
    wait_for_worker(page)
    whole_phone.set_offline(True)
    page.clock.install(time=dt.datetime.now(dt.UTC) + 4 * AN_HOUR)

    page.reload()

    expect(page.locator("#message")).to_contain_text("aucune tournée n'est gardée")
    assert ADDRESSES[0] not in page.content()
    assert page.evaluate(KEPT_ROWS) == 0


def test_what_a_crew_was_noting_when_its_shift_ended_is_kept(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    page.get_by_role("button", name="Anomalie").tap()
    page.get_by_label("Porte ou fenêtre ouverte").check()
    end_shift(page)
    expect(page.locator("#message")).to_contain_text("La vacation est finie")
    assert page.evaluate(KEPT_ROWS) == 0

    page.get_by_role("button", name="Enregistrer l'anomalie").tap()

    expect(page.locator("#pending")).to_have_text("1 en attente")
    expect(page.locator("[data-step=national_police] .number")).not_to_be_empty()
    expect(page.locator("#calls-state")).to_contain_text("au correspondant, qui appelle le propriétaire")
    expect(page.locator("[data-step=owner]")).to_contain_text("Plus de numéro après la vacation")


def test_an_anomaly_that_waits_as_the_shift_ends_is_told_of_before_and_after(phone, site, place):
    page = open_round(phone, site)
    phone.set_offline(True)
    report_anomaly(page)
    ends_at = Shift.objects.get(crew=place.town.crews[0]).ends_at
    calls, message = page.locator("#calls-state"), page.locator("#message")

    page.clock.install(time=ends_at - dt.timedelta(minutes=20))
    look_again(page)
    expect(message).to_contain_text(f"La vacation finit à {french.clock(ends_at)} et 1 anomalie attend le réseau")

    page.clock.set_fixed_time(ends_at + AN_HOUR)
    look_again(page)
    expect(calls).to_contain_text("La vacation est finie")
    expect(page.locator("[data-step=owner]")).to_contain_text("Plus de numéro après la vacation")
    expect(message).to_contain_text("1 envoi attend, dont 1 anomalie")

    move_shift(place.town.shifts[0], starts_in=-5 * AN_HOUR)
    phone.set_offline(False)
    expect(message).to_contain_text("1 anomalie à l'écran du correspondant, qui appelle le propriétaire")
    expect(message).to_contain_text("Tout est envoyé")
    expect(calls).to_contain_text("La vacation est finie")
    assert Passage.objects.get().result == Passage.Result.ANOMALY
