"""What can go wrong with sectors, in words for the person who can mend it."""

from collections.abc import Sequence


class SectorError(Exception):
    """Base of the errors of this app; its text is shown as it is."""


class InvalidPerimeter(SectorError):
    """Le périmètre n'est pas un polygone valable."""

    def __init__(self, sector: object) -> None:
        super().__init__(
            f"Le périmètre « {sector} » n'est pas un polygone valable (contour qui se croise ou vide). "
            "Corrigez le tracé de ce secteur, puis recommencez."
        )
        self.sector = sector


class PerimetersRefused(SectorError):
    """Les périmètres se recouvrent à une date à venir."""

    def __init__(self, from_day: object) -> None:
        super().__init__(
            f"Les périmètres en vigueur à partir du {from_day} en recouvriraient d'autres, prévus plus tard. "
            "Corrigez les tracés, ou choisissez une autre date."
        )
        self.from_day = from_day


class NoAddressToHold(SectorError):
    """Aucune de ces adresses n'est sur un terrain libre de la commune : un autre secteur les a déjà."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class StreetListRefused(SectorError):
    """La liste de rues ne peut pas être lue."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__(" ".join(f"Ligne {line} : {problem}" for line, problem in problems))
        self.problems = tuple(problems)


class UnreadableFile(SectorError):
    """Base of what is wrong with a file that somebody hands over: what, where, and what to do."""

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        place = f"{where} : " if where else ""
        text = f"{place}{problem} {remedy}".strip()
        super().__init__(f"{text[:1].upper()}{text[1:]}")
        self.problem, self.where, self.remedy = problem, where, remedy


class UnreadablePerimeters(UnreadableFile):
    """Le fichier de périmètres ne peut pas être lu."""


class UnreadableBurglaries(UnreadableFile):
    """Le fichier des cambriolages ne peut pas être lu."""


class ContourWithoutSector(SectorError):
    """Un contour du fichier ne dit pas de quel secteur il est."""

    def __init__(self, place: int) -> None:
        super().__init__(
            f"Le contour n° {place} du fichier ne dit pas de quel secteur il est : donnez-lui le numéro d'un "
            "secteur, ou un numéro et un nom nouveaux."
        )


class UnknownNeighbour(SectorError):
    """Ce secteur, ou ce terrain, n'est plus là où il était : regardez le tracé, puis recommencez."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class ProposalHasChanged(SectorError):
    """Quelqu'un d'autre a enregistré cette proposition entre-temps."""

    def __init__(self, revision: int) -> None:
        super().__init__(
            "Quelqu'un d'autre a enregistré cette proposition entre-temps : votre tracé n'est pas enregistré, et "
            "reste à l'écran. Regardez le sien, puis enregistrez de nouveau si le vôtre convient encore."
        )
        self.revision = revision


class DrawingNotUnderstood(SectorError):
    """Le tracé envoyé n'est pas compris : {}. Rechargez la page."""

    def __init__(self, why: str) -> None:
        super().__init__((self.__doc__ or "").format(why))


class NotYourSector(SectorError):
    """Ce tracé change aussi un secteur qui n'est pas le vôtre : la police municipale peut le proposer."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NotAtThisStep(SectorError):
    """Cette étape ne convient pas à l'état de la proposition."""

    def __init__(self, state: object) -> None:
        super().__init__(
            f"La proposition est à l'état « {state} » : cette étape n'est pas possible. Rouvrez la page."
        )


class SectorInWork(SectorError):
    """Une autre proposition en cours change le périmètre de l'un de ces secteurs : reprenez-la, ou retirez-la."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NothingProposed(SectorError):
    """Aucun périmètre n'est dessiné : dessinez-en un avant de proposer."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NothingChanged(SectorError):
    """Ce tracé est celui qui est en vigueur : changez-le avant de proposer, ou retirez la proposition."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class NameTaken(SectorError):
    """Un secteur porte déjà ce numéro ou ce nom."""

    def __init__(self, sector: object) -> None:
        super().__init__(f"Le secteur « {sector} » porte déjà ce numéro ou ce nom. Choisissez-en d'autres.")


class ReasonMissing(SectorError):
    """Dites pourquoi : les référents le liront."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class DayHasPassed(SectorError):
    """Un périmètre entre en vigueur aujourd'hui ou plus tard : ce qui a été en vigueur ne change pas."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class DayTooFar(SectorError):
    """Un périmètre est approuvé deux ans d'avance au plus."""

    def __init__(self, last_day: object) -> None:
        super().__init__(f"Cette date est trop loin : le {last_day} au plus tard. Vérifiez l'année.")


class AlreadyInForce(SectorError):
    """Ce périmètre est en vigueur : il ne s'annule plus. Proposez un changement."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class CancellationRefused(SectorError):
    """Un autre changement prévu s'appuie sur celui-ci : annulez d'abord l'autre."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class WithdrawnByAuthors(SectorError):
    """Une proposition envoyée est retirée par ceux qui l'ont faite : la police la refuse, en disant pourquoi."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class LaterVersionPlanned(SectorError):
    """Un périmètre plus récent est déjà prévu."""

    def __init__(self, sector: object, from_day: object) -> None:
        super().__init__(
            f"Un autre périmètre du secteur « {sector} » est prévu à partir du {from_day} : choisissez une date "
            "postérieure."
        )


class BulletinRefused(SectorError):
    """Le message ne peut pas être envoyé tel qu'il est."""


class BulletinUnfinished(BulletinRefused):
    """Il manque quelque chose au message."""

    def __init__(self, lacking: Sequence[str]) -> None:
        super().__init__(f"Il manque {' et '.join(lacking)} : complétez le message, puis envoyez-le.")


class NotAllTold(SectorError):
    """Des avis n'ont pas pu être envoyés : le serveur de messagerie les a refusés, ou n'a pas répondu."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class TooManyAttached(BulletinRefused):
    """Le message a déjà autant de pièces jointes qu'il peut en avoir."""

    def __init__(self, most: int) -> None:
        super().__init__(f"Un message porte au plus {most} pièces jointes : retirez-en une, puis recommencez.")


class BulletinAlreadyReplaced(BulletinRefused):
    """Le message corrigé l'a déjà été."""

    def __init__(self) -> None:
        super().__init__(
            "Le message que celui-ci corrige a été remplacé entre-temps. Lisez le nouveau, et corrigez celui-là "
            "s'il le faut encore."
        )


class NotAPdf(SectorError):
    """Le fichier n'est pas un PDF que l'on peut garder."""

    def __init__(self, why: str) -> None:
        super().__init__(f"Le fichier est refusé : {why}.")


class MandateRefused(SectorError):
    """Base of what keeps somebody from being appointed; the text is shown beside the identifier."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class UnknownCandidate(MandateRefused):
    """Aucun compte en service de la commune n'a cet identifiant : vérifiez-le auprès de la personne."""


class CandidateExcluded(MandateRefused):
    """Ce compte tient un rôle de la police, d'un équipage, du CLSPD ou de gestion : il ne peut être référent."""


class MandateHeld(MandateRefused):
    """Ce compte tient déjà un mandat dans ce secteur ces jours-là."""


class MandateEndsTooSoon(SectorError):
    """Un mandat se termine aujourd'hui ou plus tard."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class RegistrationNotOpen(SectorError):
    """Cette inscription ne peut pas servir : elle a déjà servi, elle a expiré ou elle a été annulée."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class PseudonymTaken(SectorError):
    """Ce pseudonyme est déjà pris dans ce secteur : choisissez-en un autre."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class MeetingTaken(SectorError):
    """Une réunion est déjà notée ce jour-là."""

    def __init__(self, sector: object) -> None:
        super().__init__(f"Une réunion du secteur « {sector} » est déjà notée ce jour-là.")


class AgreementRefused(SectorError):
    """La convention ne peut pas être enregistrée ainsi."""


class AgreementTaken(AgreementRefused):
    """Une convention plus récente existe déjà dans ce secteur."""

    def __init__(self, sector: object, first_day: object) -> None:
        super().__init__(
            f"Le secteur « {sector} » a déjà une convention en vigueur à partir du {first_day}. "
            "La nouvelle doit commencer après elle."
        )


class AgreementReplaced(AgreementRefused):
    """Quelqu'un d'autre a corrigé cette convention entre-temps : rouvrez la page du secteur."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AgreementEndsBefore(AgreementRefused):
    """Cette convention cesse, ou a été dénoncée, avant ces jours : vérifiez-les."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class DenunciationRefused(AgreementRefused):
    """La convention ne peut pas être dénoncée ainsi."""
