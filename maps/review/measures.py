"""What the review counts: eight indicators, and the measures that each is made of."""

from dataclasses import dataclass
from enum import StrEnum

from maps.disclosure import SUPPRESSED, Unit


class Protection(StrEnum):
    """Why a measure may be published."""

    COUNTED = "counted"  # a count of homes or of reports: what is small is left out
    FOLLOWS = "follows"  # a quantity of homes: left out where these are
    OPEN = "open"  # about the ground or the scheme, not about homes


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure by place and period.

    Attributes
    ----------
    key
        Its name in tables, files and addresses.
    label
        Its name on screen.
    unit
        Who is behind it, which says what is small.
    counted
        What it counts, or what the measure that it follows does: « absences ».
    follows
        The key of the counted measure whose gaps it takes over.
    is_event
        Whether what it counts happens one by one, so that chance is told from change.
    places
        Decimals shown.
    hint
        How it is read, where its label does not say it.
    lacks
        Why a period may have no figure of it.
    """

    key: str
    label: str
    protection: Protection
    unit: Unit = Unit.HOMES
    counted: str = ""
    follows: str = ""
    is_event: bool = False
    places: int = 0
    hint: str = ""
    lacks: str = ""

    @property
    def left_out(self) -> str:
        """Why a figure of it may be left out."""
        return SUPPRESSED.why(self.unit, counted=self.counted)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One of the eight, with its measures; ``lacks`` says what of it is not known, and why."""

    key: str
    title: str
    measures: tuple[Measure, ...] = ()
    lacks: str = ""


BEGUN, NIGHTS, OWED, DONE, ANOMALIES = "absences", "nights", "passages_owed", "passages", "anomalies"
REPORTS = "reports"
LOOKS = "looks"
ADDRESSES, COVERED = "addresses", "addresses_covered"
RESIDENTS, RESIDENTS_COVERED = "residents", "residents_covered"
REFERENTS, MEETING_AGE, EVENNESS = "referents", "meeting_age_days", "evenness"
BURGLARIES, WATCHED_BURGLARIES = "burglaries", "burglaries_watched"
MESSAGES, REACHED = "bulletins", "bulletins_reached"
# A message counts once for each sector that it was sent to.
SENT, READ, RELAYED = "bulletins_sent", "bulletins_read", "bulletins_relayed"

ABSENCES = "absences"


def _open(key: str, label: str, *, lacks: str = "") -> Measure:
    return Measure(key=key, label=label, protection=Protection.OPEN, lacks=lacks)


def _follows(key: str, label: str, *, places: int = 0, hint: str = "", lacks: str = "") -> Measure:
    return Measure(
        key=key,
        label=label,
        protection=Protection.FOLLOWS,
        counted=ABSENCES,
        follows=BEGUN,
        places=places,
        hint=hint,
        lacks=lacks,
    )


def _counted(key: str, label: str, *, counted: str, unit: Unit = Unit.HOMES, lacks: str = "") -> Measure:
    return Measure(
        key=key, label=label, protection=Protection.COUNTED, unit=unit, counted=counted, is_event=True, lacks=lacks
    )


def _of_burglaries(key: str, label: str) -> Measure:
    return _counted(
        key,
        label,
        counted="cambriolages",
        lacks="La police municipale n'a pas donné les cambriolages de toute la période.",
    )


def _of_messages(key: str, label: str) -> Measure:
    return _open(key, label, lacks="Aucun message envoyé jusque-là, ou des messages effacés depuis.")


INDICATORS = (
    Indicator(
        key="couverture",
        title="Couverture du dispositif",
        measures=(
            _open(COVERED, "Adresses dans un périmètre en vigueur"),
            _open(ADDRESSES, "Adresses de la commune"),
            _open(RESIDENTS_COVERED, "Habitants dans un périmètre (estimation)"),
            _open(RESIDENTS, "Habitants de la commune (estimation)"),
        ),
    ),
    Indicator(
        key="referents",
        title="Référents et réunions",
        measures=(
            _open(
                REFERENTS,
                "Référents en fonction (2 par secteur)",
                lacks="Les mandats de ce jour-là ne se comptent plus : les comptes fermés depuis s'effacent.",
            ),
            _open(MEETING_AGE, "Jours depuis la dernière réunion", lacks="Aucune réunion notée jusque-là."),
        ),
    ),
    Indicator(
        key="absences",
        title="Absences et nuits surveillées",
        measures=(
            _counted(BEGUN, "Absences commencées", counted=ABSENCES),
            _follows(NIGHTS, "Nuits surveillées"),
            _follows(
                LOOKS,
                "Regards des veilleurs",
                hint="Jours où un voisin a regardé un logement que son occupant avait confié à la veille. Ce ne"
                " sont pas des passages de la police, qui se comptent à part.",
                lacks="Les regards de cette période ne se comptaient pas encore.",
            ),
        ),
    ),
    Indicator(
        key="passages",
        title="Passages",
        measures=(
            _follows(DONE, "Passages faits"),
            _follows(OWED, "Passages visés"),
            _follows(
                EVENNESS,
                "Étalement des heures de passage (de 0 à 1)",
                places=2,
                hint="0 : tous les passages à la même heure du jour ; 1 : autant de passages à chacune des"
                " 24 heures. Sous le chiffre : les heures qui, à parts égales, en auraient autant.",
                lacks="Aucun passage.",
            ),
        ),
        lacks="Les logements où personne n'est passé ne se comptent plus une fois les absences effacées.",
    ),
    Indicator(
        key="anomalies",
        title="Anomalies",
        measures=(_counted(ANOMALIES, "Anomalies constatées", counted="anomalies"),),
        lacks="Le délai pour joindre le propriétaire s'efface avec les passages ; il n'en reste pas de nombre.",
    ),
    Indicator(
        key="signalements",
        title="Signalements",
        measures=(
            _counted(
                REPORTS,
                "Signalements reçus",
                counted="signalements",
                unit=Unit.REPORTS,
                lacks="Les signalements de cette période ne se comptaient pas encore.",
            ),
        ),
        lacks="Ce que disent les habitants ; les anomalies que constatent les équipages se comptent à part.",
    ),
    Indicator(
        key="cambriolages",
        title="Cambriolages",
        measures=(
            _of_burglaries(BURGLARIES, "Cambriolages de logements"),
            _of_burglaries(WATCHED_BURGLARIES, "Cambriolages de logements surveillés"),
        ),
    ),
    Indicator(
        key="messages",
        title="Messages de prévention",
        measures=(
            _of_messages(MESSAGES, "Messages envoyés"),
            _of_messages(REACHED, "Secteurs qui en ont reçu"),
            _of_messages(SENT, "Remises (une par message et par secteur)"),
            _of_messages(READ, "Remises lues par un référent"),
            _of_messages(RELAYED, "Remises relayées"),
        ),
    ),
)
# What is told upon the addresses of a sector, on the map that is taken away.
SHOWN_ON_MAP = (BEGUN, NIGHTS, DONE, ANOMALIES)
MEASURES = {measure.key: measure for indicator in INDICATORS for measure in indicator.measures}
