"""Addresses of the registry: numbers only, never a name, an address or a point."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from absences.importers.template import CONTENT_TYPES
from absences.views import chains, changes, declaring, entrusting, lists, records, search, watching


class TemplateFormat(StringConverter):
    """One of the formats of the template of a list."""

    regex = "|".join(CONTENT_TYPES)


register_converter(TemplateFormat, "template_format")

app_name = "absences"
urlpatterns = [
    path("logements/declarer/", declaring.declare, name="declare"),
    path("logements/declarer/lieu/", declaring.judge_place, name="judge_place"),
    path("logements/brouillon/", declaring.keep_draft, name="keep_draft"),
    path("logements/brouillon/reprendre/", declaring.resume_draft, name="resume_draft"),
    path("logements/brouillon/jeter/", declaring.drop_draft, name="drop_draft"),
    path("logements/recherche/", search.search_by_name, name="search_by_name"),
    path("logements/liste/", lists.read_file, name="import_list"),
    path("logements/liste/verifier/", lists.enter, name="enter_list"),
    path("logements/liste/modele.<template_format:extension>", lists.send_template, name="list_template"),
    path("logements/<int:key>/", records.show_record, name="record"),
    path("logements/<int:key>/code/", entrusting.hand_out_code, name="hand_out_code"),
    path("logements/<int:key>/devoiler/", records.reveal_record, name="reveal"),
    path("logements/<int:key>/modifier/", changes.amend, name="amend"),
    path("logements/<int:key>/prolonger/", changes.extend, name="extend"),
    path("logements/<int:key>/retour/", changes.return_early, name="return_early"),
    path("logements/<int:key>/annuler/", changes.cancel, name="cancel"),
    path("logements/<int:key>/retablir/", changes.restore, name="restore"),
    path("logements/<int:key>/effacer/", changes.erase, name="erase"),
    path("veille/", watching.show_homes, name="watch"),
    path("veille/coquille/", watching.show_shell, name="watch_shell"),
    path("veille/travailleur.js", watching.send_worker, name="watch_worker"),
    path("veille/jour.json", watching.send_day, name="watch_day"),
    path("veille/envoi/", watching.take_looks, name="take_looks"),
    path("veille/mon-tour/", chains.show_own_turns, name="own_turns"),
    path("veille/mon-tour/<int:key>/", chains.join, name="join_chain"),
    path("veille/mon-tour/<int:key>/quitter/", chains.leave, name="leave_chain"),
    path("veille/secteurs/<int:key>/", chains.show_chain, name="chain"),
    path("veille/mes-logements/", entrusting.show_own_homes, name="own_homes"),
    path("veille/mes-logements/<int:key>/confier/", entrusting.entrust, name="entrust"),
    path("veille/mes-logements/<int:key>/reprendre/", entrusting.take_back, name="take_home_back"),
]
