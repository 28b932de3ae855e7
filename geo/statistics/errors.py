"""What statistics of places refuse. Messages never carry coordinates: a point may be somebody's home."""

from collections.abc import Sequence

from geo.statistics.wording import decimal


class StatisticsRefused(ValueError):
    """Ce calcul ne peut pas être fait sur ces données."""


class InvalidPoints(StatisticsRefused):
    """Chaque point a deux coordonnées en mètres, finies, et un poids positif ou nul."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{self.__doc__} {problem}")


class NoGround(StatisticsRefused):
    """Le périmètre de la carte est vide."""

    def __init__(self) -> None:
        super().__init__(f"{self.__doc__} Choisissez une commune ou un secteur dont le contour est connu.")


class TooManyCells(StatisticsRefused):
    """Le quadrillage de la carte est trop fin."""

    def __init__(self, cells: int, at_most: int, cell_m: float) -> None:
        self.cells, self.at_most, self.cell_m = cells, at_most, cell_m
        super().__init__(
            f"Des cases de {decimal(cell_m, 0)} m en feraient {decimal(cells, 0)} ; la carte en a "
            f"{decimal(at_most, 0)} au plus. Choisissez des cases plus grandes."
        )


class RadiusTooSmall(StatisticsRefused):
    """Le rayon est plus petit que ce que le quadrillage peut montrer."""

    def __init__(self, radius_m: float, least_m: float) -> None:
        self.radius_m, self.least_m = radius_m, least_m
        super().__init__(
            f"Un rayon de {decimal(radius_m, 0)} m est trop petit pour ce quadrillage : choisissez au moins "
            f"{decimal(least_m, 0)} m, ou des cases plus petites."
        )


class NotTheSameMap(StatisticsRefused):
    """Deux cartes ne se comparent que sur le même périmètre, avec le même noyau et le même rayon."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class LimitsNotInOrder(StatisticsRefused):
    """Les limites de distance ou de temps doivent aller en croissant, à partir de 0."""

    def __init__(self, limits: Sequence[float]) -> None:
        self.limits = tuple(limits)
        super().__init__(f"{self.__doc__} Reçu : {', '.join(f'{limit:g}' for limit in limits) or 'aucune'}.")


class TooManyPairs(StatisticsRefused):
    """Il y a trop de faits proches les uns des autres pour les comparer tous deux à deux."""

    def __init__(self, pairs: int, at_most: int) -> None:
        self.pairs, self.at_most = pairs, at_most
        super().__init__(
            f"{self.__doc__} {decimal(pairs, 0)} paires, pour {decimal(at_most, 0)} au plus : choisissez une "
            "période plus courte ou une distance plus petite."
        )


class ReachUnknown(StatisticsRefused):
    """La portée d'un fait sur les logements voisins n'est connue qu'entre certaines limites."""

    def __init__(self, radius_m: tuple[float, float], days: tuple[float, float]) -> None:
        super().__init__(
            f"{self.__doc__} Choisissez de {radius_m[0]:.0f} à {radius_m[1]:.0f} m, et de {days[0]:.0f} à "
            f"{days[1]:.0f} jours."
        )


class WindowsTooLarge(StatisticsRefused):
    """Il y a trop de cases autour de chaque case."""

    def __init__(self, radius_m: float, cell_m: float) -> None:
        super().__init__(
            f"{self.__doc__} Avec un rayon de {decimal(radius_m, 0)} m et des cases de {decimal(cell_m, 0)} m, le "
            "calcul ne tiendrait pas en mémoire. Choisissez un rayon plus petit ou des cases plus grandes."
        )


class CountsRefused(StatisticsRefused):
    """Les nombres à comparer ne sont pas lisibles."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"{self.__doc__} {problem}")


class TooFewForGiStar(StatisticsRefused):
    """Il y a trop peu de signalements pour l'indice Gi*."""

    def __init__(self, mean: float, least: float) -> None:
        self.mean, self.least = mean, least
        super().__init__(
            f"{self.__doc__} {decimal(mean, 1)} en moyenne autour de chaque case, pour {decimal(least, 0)} au "
            "moins : il y prendrait le hasard pour des points chauds. Le test exact convient à tout nombre."
        )


class TooFewPeriods(StatisticsRefused):
    """Une tendance demande au moins deux périodes."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class AreaShareRefused(StatisticsRefused):
    """La part du territoire montrée comme point chaud va de plus de 0 à 100 %."""

    def __init__(self, share: float) -> None:
        self.share = share
        super().__init__(f"{self.__doc__} Reçu : {decimal(100 * share, 1)} %.")
