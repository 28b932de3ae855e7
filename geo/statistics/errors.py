"""What statistics of places refuse. Messages never carry coordinates: a point may be somebody's home."""

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
