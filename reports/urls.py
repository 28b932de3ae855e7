"""Addresses of the reports: random keys, never a name, a place or a number that counts up."""

from django.urls import path

from reports.views import emergency, pseudonyms, received, telling, triage

app_name = "reports"
urlpatterns = [
    path("signalements/", telling.list_own, name="own"),
    path("signalements/urgence/", emergency.ask_first, name="emergency"),
    path("signalements/travailleur.js", emergency.send_worker, name="worker"),
    path("signalements/signaler/", telling.tell, name="tell"),
    path("signalements/recueillir/", telling.enter, name="enter"),
    path("signalements/recus/", received.list_received, name="inbox"),
    path("signalements/recus/<uuid:key>/", received.show_received, name="received"),
    path("signalements/recus/<uuid:key>/relayer/", received.relay, name="relay"),
    path("signalements/recus/<uuid:key>/repondre/", received.answer, name="answer"),
    path("signalements/recus/<uuid:key>/ecarter/", received.reject, name="reject"),
    path("signalements/pseudonymes/", pseudonyms.list_pseudonyms, name="pseudonyms"),
    path("signalements/police/<uuid:key>/", triage.show_case, name="case"),
    path("signalements/police/<uuid:key>/prendre/", triage.take, name="take"),
    path("signalements/police/<uuid:key>/qualifier/", triage.categorise, name="categorise"),
    path("signalements/police/<uuid:key>/repondre/", triage.reply, name="reply"),
    path("signalements/police/<uuid:key>/passage/", triage.wish_patrol, name="wish_patrol"),
    path("signalements/police/<uuid:key>/clore/", triage.close, name="close"),
    path("signalements/police/<uuid:key>/ecarter/", triage.reject, name="dismiss"),
    path("signalements/le-mien/", telling.show_own, name="mine"),
    path("signalements/effacer/", telling.withdraw, name="withdraw"),
]
