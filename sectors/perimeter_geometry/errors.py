"""What is wrong with perimeters and with a drawing of them, and where, in words for who draws."""

from collections.abc import Sequence
from dataclasses import dataclass

from sectors.errors import SectorError

NO_BREAK = "\u00a0"


class ShapeRefused(SectorError):
    """Base of what is wrong in a drawing, at ``places`` in the coordinates in which it was checked; mostly one."""

    def __init__(self, place: tuple[float, float] | None, *details: object) -> None:
        super().__init__((self.__doc__ or "").format(*map(_told, details)))
        self.places: tuple[tuple[float, float], ...] = () if place is None else (place,)

    @property
    def place(self) -> tuple[float, float] | None:
        """The first place, if there is one."""
        return next(iter(self.places), None)


class NotAnArea(ShapeRefused):
    """Ce tracé n'entoure pas de terrain : fermez le contour autour d'au moins 1 000 m²."""


class CrossesItself(ShapeRefused):
    """Le contour se croise : déplacez ou supprimez le sommet à l'endroit indiqué."""

    def __init__(self, places: Sequence[tuple[float, float]]) -> None:
        super().__init__(None)
        self.places = tuple(places)


class TooManyVertices(ShapeRefused):
    """Le contour a {} sommets, pour {} au plus : simplifiez-le."""


class OutsideCommune(ShapeRefused):
    """{} m² de ce périmètre sont hors de la commune : ramenez le contour dans ses limites."""


class SharesGround(ShapeRefused):
    """Recouvre « {} » sur {}."""


class NothingLeft(ShapeRefused):
    """Il ne resterait rien de ce périmètre : l'un des deux secteurs est dans l'autre. Redessinez-le."""


class NothingShared(ShapeRefused):
    """Ces deux périmètres ne se recouvrent pas : il n'y a rien à partager."""


class SectorsApart(ShapeRefused):
    """Ces terrains ne se touchent pas le long d'une limite : rapprochez-les d'abord."""


class NothingToLighten(ShapeRefused):
    """Aucun sommet ne peut partir à {} m près : ce qui longe un voisin ou la commune ne bouge pas seul."""


class LineDoesNotSplit(ShapeRefused):
    """Cette ligne ne coupe pas le secteur en deux : faites-la entrer d'un côté et sortir de l'autre."""


class OverlappingPerimeters(SectorError):
    """Deux périmètres en vigueur le même jour se recouvrent."""

    def __init__(self, first: object, second: object, area_m2: float) -> None:
        super().__init__(
            f"Les périmètres « {first} » et « {second} » se recouvrent sur {_told(area_m2)} m². "
            "Corrigez l'un des deux tracés pour qu'ils partagent leur limite sans se recouvrir."
        )
        self.first, self.second, self.area_m2 = first, second, area_m2


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One thing that keeps a drawing from being in force.

    Parameters
    ----------
    key, name
        The perimeter in which it is, as drawn.
    order
        Its rank, from 1, among the faults that the workshop tells of that perimeter: that of its first place.
    error
        What is wrong, its places as (lon, lat).
    """

    key: str
    name: str
    order: int
    error: ShapeRefused


class DrawingRefused(SectorError):
    """Ce tracé ne peut pas être en vigueur tel qu'il est."""

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        told = (f"{each.name} : {each.error}" for each in obstacles)
        super().__init__(" ".join([self.__doc__ or "", *told]))
        self.obstacles = tuple(obstacles)


def _told(detail: object) -> str:
    return f"{detail:,.0f}".replace(",", NO_BREAK) if isinstance(detail, int | float) else str(detail)
