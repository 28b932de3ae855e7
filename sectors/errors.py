"""What can go wrong with sectors, in words for the person who can mend it."""

NO_BREAK = "\u00a0"


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


class OverlappingPerimeters(SectorError):
    """Deux périmètres en vigueur le même jour se recouvrent."""

    def __init__(self, first: object, second: object, area_m2: float) -> None:
        area_text = f"{area_m2:,.0f}".replace(",", NO_BREAK)
        super().__init__(
            f"Les périmètres « {first} » et « {second} » se recouvrent sur {area_text} m². "
            "Corrigez l'un des deux tracés pour qu'ils partagent leur limite sans se recouvrir."
        )
        self.first, self.second, self.area_m2 = first, second, area_m2


class PerimetersRefused(SectorError):
    """Les périmètres se recouvrent à une date à venir."""

    def __init__(self, from_day: object) -> None:
        super().__init__(
            f"Les périmètres en vigueur à partir du {from_day} en recouvriraient d'autres, prévus plus tard. "
            "Corrigez les tracés, ou choisissez une autre date."
        )
        self.from_day = from_day
