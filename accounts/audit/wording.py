"""What the audit chain can say, in code and in French; an act that is not named here cannot be recorded."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.presentation.numbers import grouped


class Reason(StrEnum):
    """Why a nominative value was read or changed; a closed list, because free text would end up holding names."""

    OWN_DATA = "own_data"
    PATROL = "patrol"
    ACCOUNT_CARE = "account_care"
    RETENTION = "retention"
    DATA_SUBJECT_REQUEST = "data_subject_request"
    NOTICE = "notice"
    UPKEEP = "upkeep"
    NETWORK = "network"
    REPORT = "report"


REASONS = {
    Reason.OWN_DATA: _("consultation de ses propres données"),
    Reason.PATROL: _("préparation ou conduite des tournées"),
    Reason.ACCOUNT_CARE: _("gestion des comptes"),
    Reason.RETENTION: _("fin de la durée de conservation"),
    Reason.DATA_SUBJECT_REQUEST: _("demande de la personne concernée"),
    Reason.NOTICE: _("envoi d'un avis par e-mail"),
    Reason.UPKEEP: _("entretien du service"),
    Reason.NETWORK: _("vie du réseau"),
    Reason.REPORT: _("suite d'un signalement"),
}

# The rows of the access policy: a field that was read, an action that was done.
POLICY = {
    "absence.access_instructions": _("Consignes d'accès d'un logement"),
    "absence.address": _("Adresse d'un logement vacant"),
    "absence.allowed_people": _("Personnes autorisées dans un logement"),
    "absence.exact_point": _("Position d'un logement vacant"),
    "absence.exists_in_list": _("Liste des logements vacants"),
    "absence.name": _("Nom du déclarant d'une absence"),
    "absence.phone": _("Téléphone du déclarant d'une absence"),
    "absence.sector": _("Secteur d'un logement vacant"),
    "absence.start_end_dates": _("Dates d'une absence"),
    "absence.trusted_person": _("Personne de confiance d'une absence"),
    "absence.create": _("Absence enregistrée"),
    "absence.delete": _("Absence supprimée"),
    "absence.export": _("Absences exportées"),
    "absence.import": _("Absences importées"),
    "absence.search_by_name": _("Absence cherchée par un nom"),
    "absence.update": _("Absence modifiée"),
    "account.mfa_state": _("État du second facteur d'un compte"),
    "account.roles": _("Rôles d'un compte"),
    "account.create": _("Compte créé"),
    "account.disable": _("Compte désactivé"),
    "account.grant_role": _("Rôles d'un compte modifiés"),
    "account.reset_mfa": _("Second facteur d'un compte remis à zéro"),
    "anomaly.call_chain": _("Appels passés après une anomalie"),
    "audit.all_entries": _("Journal de tous les accès"),
    "audit.own_entries": _("Journal de ses propres accès"),
    "audit.verify_chain": _("Journal vérifié"),
    "bulletin.text": _("Message de prévention"),
    "bulletin.relay": _("Message de prévention relayé"),
    "bulletin.send": _("Message de prévention envoyé"),
    "coverage.by_route": _("Couverture par tournée"),
    "coverage.by_sector_month": _("Couverture par secteur et par mois"),
    "coverage.export": _("Couverture exportée"),
    "device.revoke": _("Appareil révoqué"),
    "dsar.extract_subject": _("Données d'une personne extraites à sa demande"),
    "export.manifest": _("Liste des exports"),
    "heatmap.exact": _("Carte de chaleur exacte"),
    "heatmap.published": _("Carte de chaleur publiée"),
    "import.error_report": _("Compte rendu d'un import"),
    "import.raw_file": _("Fichier d'un import"),
    "keys.inventory": _("Inventaire des clés"),
    "keys.destroy_bucket": _("Clé d'une semaine détruite"),
    "keys.rotate": _("Clé maîtresse renouvelée"),
    "passage.crew_identity": _("Équipage d'un passage"),
    "passage.gps_track": _("Trace d'un équipage"),
    "passage.result": _("Résultat d'un passage"),
    "passage.stop": _("Arrêts d'une tournée"),
    "passage.time": _("Heure d'un passage"),
    "passage.amend": _("Passage corrigé"),
    "passage.create": _("Passage enregistré"),
    "passage.delete": _("Passage supprimé"),
    "report.attachment": _("Pièce jointe d'un signalement"),
    "report.author_identity": _("Auteur d'un signalement"),
    "report.author_pseudonym": _("Pseudonyme de l'auteur d'un signalement"),
    "report.category": _("Nature d'un signalement"),
    "report.exact_point": _("Position d'un signalement"),
    "report.original_text": _("Texte d'origine d'un signalement"),
    "report.relayed_text": _("Texte relayé d'un signalement"),
    "report.sector": _("Secteur d'un signalement"),
    "report.status": _("Suite donnée à un signalement"),
    "report.time_rounded_1h": _("Heure arrondie d'un signalement"),
    "report.close": _("Signalement clos"),
    "report.create": _("Signalement enregistré"),
    "report.delete": _("Signalement supprimé"),
    "report.export": _("Signalements exportés"),
    "report.reject": _("Signalement refusé"),
    "report.relay": _("Signalement relayé"),
    "report.unmask_author": _("Anonymat de l'auteur d'un signalement levé"),
    "retention.state": _("État des durées de conservation"),
    "retention.change_durations": _("Durées de conservation modifiées"),
    "retention.run_now": _("Données arrivées à leur terme effacées"),
    "route.crew_members": _("Agents d'un équipage"),
    "route.geometry": _("Tracé d'une tournée"),
    "route.schedule": _("Horaires d'une tournée"),
    "route.stops_order": _("Ordre des arrêts d'une tournée"),
    "route.download": _("Tournée téléchargée"),
    "route.plan": _("Tournées calculées"),
    "route.publish": _("Tournées publiées"),
    "sector.name": _("Nom d'un secteur"),
    "sector.perimeter": _("Périmètre d'un secteur"),
    "sector.perimeter_draft": _("Projet de périmètre d'un secteur"),
    "sector.referent_contact": _("Coordonnées d'un référent"),
    "sector.referent_names": _("Nom d'un référent"),
    "sector.appoint_referent": _("Référent nommé"),
    "sector.approve_perimeter": _("Périmètre approuvé"),
    "sector.import_geo": _("Périmètre importé"),
    "sector.propose_perimeter": _("Périmètre proposé"),
    "vigilant.contact": _("Coordonnées d'un citoyen vigilant"),
    "vigilant.name": _("Nom d'un citoyen vigilant"),
    "watch.entrusted_home": _("Logement confié à la veille"),
    "watch.tick": _("Veille du jour faite"),
}

# What happens beside the policy's rows: sessions, second factors, what the house does to itself.
EVENTS = {
    "session.login": _("Connexion"),
    "session.logout": _("Déconnexion"),
    "session.refused": _("Connexion refusée"),
    "session.locked": _("Connexion bloquée pour un temps"),
    "session.expired": _("Session arrivée à son terme"),
    "session.proof": _("Second facteur redonné"),
    "session.proof_refused": _("Second facteur refusé"),
    "factor.set": _("Second facteur ajouté"),
    "factor.removed": _("Second facteur retiré"),
    "factor.codes_renewed": _("Codes de secours renouvelés"),
    "factor.code_used": _("Code de secours utilisé"),
    "password.changed": _("Mot de passe changé"),
    "access.refused": _("Demande refusée"),
    "account.invite": _("Lien d'invitation fait"),
    "account.accept": _("Invitation acceptée"),
    "account.reset_link": _("Lien fait pour refaire le mot de passe d'un compte qui sert déjà"),
    "account.reset": _("Mot de passe refait par un lien"),
    "account.enable": _("Compte réactivé"),
    "account.delete": _("Compte supprimé"),
    "invitation.refused": _("Invitation refusée"),
    "invitation.revoked": _("Invitation annulée"),
    "device.enrol": _("Appareil enrôlé"),
    "token.issue": _("Jeton d'un logiciel fait"),
    "token.revoke": _("Jeton d'un logiciel retiré"),
    "identity.name": _("Nom du titulaire d'un compte"),
    "identity.phone": _("Téléphone du titulaire d'un compte"),
    "identity.email": _("Adresse électronique du titulaire d'un compte"),
    "identity.update": _("Identité du titulaire d'un compte modifiée"),
    "householdaccess.update": _("Déclarant ou accès d'un logement modifié"),
    "householdcontacts.update": _("Coordonnées du déclarant d'une absence modifiées"),
    "allowedperson.update": _("Personnes autorisées dans un logement modifiées"),
    "draft.content": _("Brouillon d'une déclaration repris"),
    "draft.update": _("Brouillon d'une déclaration gardé"),
    "home.hand_code": _("Code d'une fiche remis à son déclarant"),
    "home.take": _("Logement pris pour sien, par son code"),
    "watch.entrust": _("Logement confié à la veille par son occupant"),
    "watch.revoke": _("Logement repris à la veille par son occupant"),
    "watch.join": _("Veilleur : entrée dans la veille, ou jours changés"),
    "watch.leave": _("Veilleur : sortie de la veille"),
    "watch.rota": _("Jours d'un veilleur changés par le référent"),
    "watch.remind": _("Rappel d'un tour de veille"),
    "report.answer": _("Réponse à un signalement écrite"),
    "report.take": _("Signalement pris en charge"),
    "report.categorise": _("Signalement qualifié"),
    "report.patrol": _("Patrouille notée pour un signalement : demandée, faite ou constat"),
    "telling.update": _("Texte d'origine d'un signalement enregistré"),
    "relay.update": _("Texte relayé d'un signalement enregistré"),
    "answer.update": _("Réponse à un signalement enregistrée"),
    "answer.text": _("Réponse à un signalement"),
    "retention.asked": _("Effacement demandé"),
    "retention.count_asked": _("Compte de ce qui est à effacer demandé"),
    "passagenote.text": _("Note d'un passage"),
    "passagenote.update": _("Note d'un passage enregistrée"),
    "refusedentry.content": _("Envoi mis de côté, lu"),
    "refusedentry.update": _("Envoi mis de côté"),
    "refusedentry.settle": _("Envoi mis de côté, traité"),
    "passage.join": _("Passages réunis en un"),
    "passage.part": _("Passages séparés"),
    "stop.missed": _("Arrêt dit non fait"),
    "proposal.begin": _("Proposition de périmètre commencée"),
    "proposal.check": _("Proposition de périmètre vérifiée"),
    "proposal.refuse": _("Proposition de périmètre refusée"),
    "proposal.withdraw": _("Proposition de périmètre retirée"),
    "proposal.cancel": _("Changement de périmètre annulé avant d'être en vigueur"),
    "route.print": _("Feuille de route imprimée"),
    "bulletin.undo_relay": _("Relais d'un message de prévention annulé"),
    "bulletin.notices_again": _("Avis d'un message de prévention renvoyés"),
    "mandate.end": _("Mandat de référent terminé"),
    "mandate.drop": _("Mandat de référent retiré avant de commencer"),
    "registration.hand_out": _("Inscription d'un citoyen vigilant remise"),
    "registration.take_back": _("Inscription d'un citoyen vigilant annulée"),
    "registration.refused": _("Inscription d'un citoyen vigilant refusée"),
    "vigilant.register": _("Citoyen vigilant inscrit"),
    "vigilant.leave": _("Citoyen vigilant parti du réseau"),
    "vigilant.end": _("Inscription d'un citoyen vigilant terminée"),
    "pseudonym.choose": _("Pseudonyme choisi"),
    "meeting.note": _("Réunion d'un secteur notée"),
    "meeting.keep_minutes": _("Compte rendu d'une réunion joint"),
    "meeting.minutes": _("Compte rendu d'une réunion remis"),
    "training.note": _("Formation de référents notée"),
    "training.remove": _("Formation de référents retirée"),
    "meeting.remove": _("Réunion d'un secteur retirée"),
    "agreement.record": _("Convention d'un secteur enregistrée"),
    "agreement.amend": _("Convention d'un secteur corrigée"),
    "agreement.denounce": _("Convention d'un secteur dénoncée"),
    "agreement.resume": _("Dénonciation d'une convention annulée"),
    "agreement.keep_copy": _("Convention signée jointe"),
    "agreement.copy": _("Convention signée remise"),
    "agreement.signatories": _("Signataires d'une convention"),
    "town.load": _("Commune chargée"),
    "audit.cut": _("Mois arrivés à leur terme retirés du journal"),
    "audit.unsound": _("Journal vérifié : il a été modifié"),
    "audit.root": _("Empreinte du jour du journal écrite"),
}

ACTIONS = POLICY | EVENTS

# Kinds of rows, one and several.
KINDS = {
    "absences.absence": (_("logement vacant"), _("logements vacants")),
    "absences.householdaccess": (_("déclarant"), _("déclarants")),
    "absences.householdcontacts": (_("coordonnées d'un déclarant"), _("coordonnées de déclarants")),
    "absences.allowedperson": (_("personne autorisée"), _("personnes autorisées")),
    "absences.draft": (_("brouillon"), _("brouillons")),
    "absences.watchconsent": (_("logement confié"), _("logements confiés")),
    "absences.watcher": (_("veilleur"), _("veilleurs")),
    "absences.look": (_("regard"), _("regards")),
    "reports.report": (_("signalement"), _("signalements")),
    "reports.telling": (_("texte d'origine"), _("textes d'origine")),
    "reports.relay": (_("texte relayé"), _("textes relayés")),
    "reports.answer": (_("réponse"), _("réponses")),
    "reports.authorseal": (_("auteur scellé"), _("auteurs scellés")),
    "patrols.plan": (_("plan du jour"), _("plans du jour")),
    "patrols.route": (_("tournée"), _("tournées")),
    "patrols.shift": (_("vacation"), _("vacations")),
    "patrols.passage": (_("passage"), _("passages")),
    "patrols.passagenote": (_("note de passage"), _("notes de passage")),
    "patrols.missedstop": (_("arrêt non fait"), _("arrêts non faits")),
    "patrols.callattempt": (_("appel"), _("appels")),
    "patrols.refusedentry": (_("envoi mis de côté"), _("envois mis de côté")),
    "sectors.proposal": (_("proposition de périmètre"), _("propositions de périmètre")),
    "sectors.bulletin": (_("message de prévention"), _("messages de prévention")),
    "sectors.sector": (_("secteur"), _("secteurs")),
    "sectors.meeting": (_("réunion"), _("réunions")),
    "sectors.training": (_("formation"), _("formations")),
    "sectors.registration": (_("inscription"), _("inscriptions")),
    "sectors.pseudonym": (_("pseudonyme"), _("pseudonymes")),
    "sectors.agreement": (_("convention"), _("conventions")),
    "geo.commune": (_("commune"), _("communes")),
    "accounts.account": (_("compte"), _("comptes")),
    "accounts.grant": (_("rôle"), _("rôles")),
    "accounts.device": (_("appareil"), _("appareils")),
    "accounts.identity": (_("identité"), _("identités")),
    "accounts.invitation": (_("invitation"), _("invitations")),
    "accounts.export": (_("export"), _("exports")),
    "accounts.servicetoken": (_("jeton d'un logiciel"), _("jetons de logiciels")),
    "accounts.purgerun": (_("effacement"), _("effacements")),
    "mfa.authenticator": (_("second facteur"), _("seconds facteurs")),
}
OTHER_ROWS = (_("ligne"), _("lignes"))
OUTCOMES = {"done": _("fait"), "refused": _("refusé")}


def tell_action(action: str) -> str | Promise:
    """Say an action in French; an action of a later version is said by its code."""
    return ACTIONS.get(action, action)


def tell_reason(reason: str) -> str | Promise:
    """Say why; nothing where no reason was given."""
    return REASONS[Reason(reason)] if reason in set(Reason) else reason


def tell_kind(kind: str) -> str | Promise:
    """Say of which kind rows are; nothing where an act was about none."""
    return KINDS.get(kind, OTHER_ROWS)[0] if kind else ""


def tell_rows(kind: str, count: int) -> str:
    """Say how many rows of which kind: « 1 957 logements vacants »."""
    one, several = KINDS.get(kind, OTHER_ROWS)
    return f"{grouped(count)} {one if count < 2 else several}" if kind else ""
