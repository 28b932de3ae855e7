"""The addresses of sectors: their prevention messages."""

from django.urls import path

from sectors.views.bulletins import reading, writing

app_name = "sectors"
urlpatterns = [
    path("messages/", reading.show_list, name="bulletins"),
    path("messages/ecrire/", writing.begin, name="begin_bulletin"),
    path("messages/<int:key>/", reading.show, name="bulletin"),
    path("messages/<int:key>/relayer/", reading.relay, name="relay_bulletin"),
    path("messages/<int:key>/ecrire/", writing.write, name="write_bulletin"),
    path("messages/<int:key>/garder/", writing.keep, name="keep_bulletin"),
    path("messages/<int:key>/jeter/", writing.throw_away, name="throw_bulletin_away"),
    path("messages/<int:key>/envoyer/", writing.send, name="send_bulletin"),
]
