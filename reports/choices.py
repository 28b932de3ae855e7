"""The closed lists of a report: what is told is chosen in them before a word is written."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What was seen: a fact, never a person."""

    BREAK_IN = "break_in", _("Traces d'effraction")
    SCOUTING = "scouting", _("Repérage de logements")
    CANVASSING = "canvassing", _("Démarchage douteux")
    DAMAGE = "damage", _("Dégradation")
    VEHICLE = "vehicle", _("Véhicule abandonné ou gênant")
    RODEO = "rodeo", _("Rodéo, vitesse")
    NOISE = "noise", _("Bruit")
    DUMPING = "dumping", _("Dépôt sauvage")
    LIGHTING = "lighting", _("Éclairage ou voirie")
    OTHER = "other", _("Autre fait")


class PlaceKind(models.TextChoices):
    """How a place was given."""

    ADDRESS = "address", _("Une adresse")
    STREET = "street", _("Une rue")
    SPOT = "spot", _("Un point sur la carte")


class State(models.TextChoices):
    """Where a report stands: told to the référents, then with the police, or ended."""

    TOLD = "told", _("Reçu par le référent")
    NEW = "new", _("Relayé à la police")
    IN_HAND = "in_hand", _("Pris en charge")
    CLOSED = "closed", _("Clos")
    ANSWERED = "answered", _("Répondu par le référent")
    REJECTED = "rejected", _("Écarté")


WITH_POLICE = (State.NEW, State.IN_HAND, State.CLOSED)
OPEN_TO_POLICE = (State.NEW, State.IN_HAND)
ENDED = (State.CLOSED, State.ANSWERED, State.REJECTED)


class Rejection(models.TextChoices):
    """Why a report is not followed up."""

    NO_FACT = "no_fact", _("Aucun fait observé")
    ABOUT_SOMEBODY = "about_somebody", _("Vise une personne plutôt qu'un fait")
    ALREADY_TOLD = "already_told", _("Déjà signalé")
    UNCLEAR = "unclear", _("Trop imprécis")
    OUT_OF_SCOPE = "out_of_scope", _("Ne relève pas du dispositif")


class Category(models.TextChoices):
    """What the police take it for."""

    OFFENCE = "offence", _("Infraction possible")
    INCIVILITY = "incivility", _("Incivilité")
    PUBLIC_SPACE = "public_space", _("Espace public")
    PREVENTION = "prevention", _("Prévention")
    NO_FOLLOW_UP = "no_follow_up", _("Sans suite")


class Act(models.TextChoices):
    """What was done with a report by somebody whose name is no secret."""

    ENTERED = "entered", _("Recueilli de vive voix")
    RELAYED = "relayed", _("Relayé")
    ANSWERED = "answered", _("Répondu")
    REJECTED = "rejected", _("Écarté")
    TAKEN = "taken", _("Pris en charge")
    CATEGORISED = "categorised", _("Qualifié")
    PATROL_ASKED = "patrol_asked", _("Passage demandé")
    PATROL_MADE = "patrol_made", _("Passage fait")
    PATROL_OFF = "patrol_off", _("Passage plus demandé")
    PATROL_FOUND = "patrol_found", _("Constaté par un équipage")
    CLOSED = "closed", _("Clos")


class Audience(models.TextChoices):
    """To whom an answer is written."""

    AUTHOR = "author", _("À l'auteur du signalement")
    REFERENT = "referent", _("Au référent")
