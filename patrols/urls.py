"""Addresses of the planners, of passages at the desk and of the crew's phone: numbers, never a name or a place."""

from django.urls import path

from patrols.views import amending, calculations, calls, drafts, missing, phone, recording, set_aside, shifts

app_name = "patrols"
urlpatterns = [
    path("calculs/", calculations.serve_calculations, name="calculations"),
    path("calculs/<int:calculation_id>/", calculations.show_calculation, name="calculation"),
    path("calculs/<int:calculation_id>/arreter/", calculations.stop_calculation, name="stop_calculation"),
    path("plans/<int:plan_id>/brouillon/", drafts.begin_draft, name="begin_draft"),
    path("plans/<int:plan_id>/etat/", drafts.show_state, name="plan_state"),
    path("plans/<int:plan_id>/essai/", drafts.try_change, name="try_change"),
    path("plans/<int:plan_id>/changer/", drafts.make_change, name="make_change"),
    path("plans/<int:plan_id>/annuler/", drafts.undo, name="undo_change"),
    path("plans/<int:plan_id>/publier/", drafts.publish, name="publish"),
    path("plans/<int:plan_id>/difference/<int:other_id>/", drafts.show_difference, name="difference"),
    path("vacations/", shifts.show_shifts, name="shifts"),
    path("vacations/ajouter/", shifts.add_shift, name="add_shift"),
    path("vacations/comme-avant/", shifts.repeat_week, name="repeat_week"),
    path("vacations/<int:shift_id>/", shifts.change_shift, name="change_shift"),
    path("vacations/<int:shift_id>/retirer/", shifts.remove_shift, name="remove_shift"),
    path("vacations/<int:shift_id>/finir/", shifts.end_early, name="end_shift_early"),
    path("logements/<int:absence_id>/passage/", recording.record_at_home, name="record_at_home"),
    path("arrets/<int:stop_id>/passage/", recording.record_at_stop, name="record_at_stop"),
    path("arrets/<int:stop_id>/non-fait/", missing.say_stop_missed, name="say_stop_missed"),
    path("passages/<int:passage_id>/corriger/", amending.amend_passage, name="amend_passage"),
    path("passages/<int:passage_id>/appels/", calls.show_call_chain, name="call_chain"),
    path("passages/<int:passage_id>/appels/appeler/", calls.call, name="call"),
    path("passages/<int:passage_id>/appels/noter/", calls.note_call, name="note_call"),
    path("envois/", set_aside.list_entries, name="set_aside"),
    path("envois/<uuid:key>/", set_aside.show_entry, name="set_aside_entry"),
    path("envois/<uuid:key>/classer/", set_aside.dismiss_entry, name="dismiss_entry"),
    path("equipage/", phone.show_round, name="phone_round"),
    path("equipage/liste/", phone.list_stops, name="phone_list"),
    path("equipage/coquille/", phone.show_shell, name="phone_shell"),
    path("equipage/hors-ligne/", phone.show_offline, name="phone_offline"),
    path("equipage/travailleur.js", phone.send_worker, name="phone_worker"),
    path("equipage/manifeste.webmanifest", phone.send_manifest, name="phone_manifest"),
    path("equipage/etat.json", phone.tell_state, name="phone_state"),
    path("equipage/tournee.json", phone.send_round, name="phone_round_data"),
    path("equipage/envoi/", phone.take_entries, name="phone_entries"),
    path("equipage/arrets/<int:stop_id>/contacts/", phone.tell_contacts, name="phone_contacts"),
]
