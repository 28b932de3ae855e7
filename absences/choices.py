"""Closed lists of what is told of a home that is left: words to choose from, so that nothing else is typed."""

from django.db.models import IntegerChoices, TextChoices


class Dwelling(TextChoices):
    HOUSE = "house", "Maison"
    FLAT = "flat", "Appartement"
    OTHER = "other", "Autre"


class Residence(TextChoices):
    MAIN = "main", "Résidence principale"
    SECONDARY = "secondary", "Résidence secondaire"


class Alarm(TextChoices):
    UNKNOWN = "unknown", "Non précisé"
    NONE = "none", "Pas d'alarme"
    SIREN = "siren", "Alarme sonore"
    MONITORED = "monitored", "Alarme reliée à un télésurveilleur"


class Animals(TextChoices):
    """What a crew may meet; the most dangerous, where there are several."""

    UNKNOWN = "unknown", "Non précisé"
    NONE = "none", "Aucun animal"
    SMALL = "small", "Chat ou petit animal"
    DOG_INSIDE = "dog_inside", "Chien à l'intérieur"
    DOG_OUTSIDE = "dog_outside", "Chien en liberté dans le jardin"
    OTHER = "other", "Autre animal"


class VehiclesPlace(TextChoices):
    NOWHERE = "", "Aucun véhicule"
    GARAGE = "garage", "Dans le garage"
    YARD = "yard", "Dans la cour ou le jardin"
    STREET = "street", "Dans la rue"
    SEVERAL = "several", "À plusieurs endroits"


class Shutters(TextChoices):
    UNKNOWN = "unknown", "Non précisé"
    CLOSED = "closed", "Tous fermés"
    PARTLY = "partly", "Fermés en partie"
    OPEN = "open", "Tous ouverts"
    NONE = "none", "Pas de volets"


class Windows(TextChoices):
    UNKNOWN = "unknown", "Non précisé"
    CLOSED = "closed", "Toutes fermées"
    AJAR = "ajar", "Au moins une entrouverte"


class PreferredTime(TextChoices):
    """When the household would like the passages; a wish, where allowed hours are a rule."""

    ANY = "any", "Sans préférence"
    MORNING = "morning", "Plutôt le matin"
    AFTERNOON = "afternoon", "Plutôt l'après-midi"
    EVENING = "evening", "Plutôt le soir"
    NIGHT = "night", "Plutôt la nuit"


class PassagesPerWeek(IntegerChoices):
    """What is aimed at for a home; never a promise."""

    FOURTEEN = 14, "Deux par jour"
    TEN = 10, "Dix par semaine"
    SEVEN = 7, "Un par jour"
    FIVE = 5, "Cinq par semaine"
    FOUR = 4, "Quatre par semaine"
    THREE = 3, "Trois par semaine"
    TWO = 2, "Deux par semaine"
    ONE = 1, "Un par semaine"


class SeenBy(TextChoices):
    """Who saw the household and its papers; the papers themselves are never kept."""

    NOBODY = "", "Personne encore"
    MUNICIPAL_POLICE = "municipal_police", "Police municipale"
    NATIONAL_POLICE = "national_police", "Police nationale"
    REFERENT = "referent", "Référent du secteur"
    TOWN_HALL = "town_hall", "Mairie"


class Relation(TextChoices):
    """In what capacity somebody may be inside; broad words, which say nothing of the household's life."""

    FAMILY = "family", "Famille ou ami"
    NEIGHBOUR = "neighbour", "Voisin"
    UPKEEP = "upkeep", "Ménage ou jardin"
    WORKS = "works", "Artisan"
    OTHER = "other", "Autre"
