"""Addresses of the sectors, their perimeters and what is sent to them: numbers only, never a name."""

from django.urls import path

from sectors.views import agreements, directory, meetings
from sectors.views.bulletins import attachments, reading, templates, writing
from sectors.views.proposals import course, exchange, workshop
from sectors.views.proposals import reading as perimeters

app_name = "sectors"
urlpatterns = [
    path("perimetres/", perimeters.show_perimeters, name="perimeters"),
    path("perimetres/nouveau/", workshop.begin_sector, name="begin_sector"),
    path("perimetres/<int:sector>/proposer/", course.begin, name="begin_proposal"),
    path("propositions/<int:key>/", perimeters.show_proposal, name="proposal"),
    path("propositions/<int:key>/atelier/", workshop.show_workshop, name="workshop"),
    path("propositions/<int:key>/rues/", workshop.compose_from_streets, name="compose_from_streets"),
    path("propositions/<int:key>/brouillon/", exchange.show_draft, name="draft"),
    path("propositions/<int:key>/garder/", exchange.keep_drawing, name="keep_drawing"),
    path("propositions/<int:key>/regarder/", exchange.look, name="look"),
    path("propositions/<int:key>/retoucher/", exchange.reshape, name="reshape"),
    path("propositions/<int:key>/composer/", exchange.compose, name="compose"),
    path("propositions/<int:key>/reperes/", exchange.name_places, name="name_places"),
    path("propositions/<int:key>/trace/", course.replace_drawing, name="replace_drawing"),
    path("propositions/<int:key>/proposer/", course.propose, name="propose"),
    path("propositions/<int:key>/verifier/", course.check, name="check_proposal"),
    path("propositions/<int:key>/approuver/", course.approve, name="approve_proposal"),
    path("propositions/<int:key>/refuser/", course.refuse, name="refuse_proposal"),
    path("propositions/<int:key>/retirer/", course.withdraw, name="withdraw_proposal"),
    path("messages/", reading.show_list, name="bulletins"),
    path("messages/ecrire/", writing.begin, name="begin_bulletin"),
    path("messages/modeles/", templates.show_list, name="bulletin_templates"),
    path("messages/modeles/depart/", templates.take_starters, name="take_starters"),
    path("messages/modeles/nouveau/", templates.add, name="add_template"),
    path("messages/modeles/<int:key>/", templates.change, name="change_template"),
    path("messages/modeles/<int:key>/supprimer/", templates.remove, name="remove_template"),
    path("messages/<int:key>/", reading.show, name="bulletin"),
    path("messages/<int:key>/relayer/", reading.relay, name="relay_bulletin"),
    path("messages/<int:key>/ecrire/", writing.write, name="write_bulletin"),
    path("messages/<int:key>/garder/", writing.keep, name="keep_bulletin"),
    path("messages/<int:key>/jeter/", writing.throw_away, name="throw_bulletin_away"),
    path("messages/<int:key>/pieces/", attachments.attach, name="attach"),
    path("messages/<int:key>/pieces/<int:piece>/retirer/", attachments.detach, name="detach"),
    path("messages/<int:key>/piece-<int:piece>.pdf", attachments.hand_over, name="attachment"),
    path("messages/<int:key>/envoyer/", writing.send, name="send_bulletin"),
    path("secteurs/", directory.list_sectors, name="list"),
    path("secteurs/<int:key>/", directory.show_sector, name="sector"),
    path("secteurs/<int:key>/reunion/", meetings.note, name="note_meeting"),
    path("reunions/<int:key>/retirer/", meetings.remove, name="remove_meeting"),
    path("secteurs/<int:key>/convention/", agreements.record_agreement, name="record_agreement"),
    path("conventions/<int:key>/denoncer/", agreements.denounce, name="denounce"),
    path("conventions/<int:key>/reprendre/", agreements.resume, name="resume"),
    path("conventions/<int:key>/copie/", agreements.receive_copy, name="receive_copy"),
    path("conventions/<int:key>/convention.pdf", agreements.hand_over_copy, name="signed_copy"),
]
