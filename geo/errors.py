"""What can go wrong with the ground, in words for the person who can mend it."""


class GroundError(Exception):
    """Base of the errors of this app; its text is shown as it is."""


class UnknownCommune(GroundError):
    """La commune demandée n'est pas dans la base."""

    def __init__(self, insee_code: str) -> None:
        super().__init__(
            f"La commune {insee_code} n'est pas dans la base. Importez son contour : "
            "python manage.py import_boundaries FICHIER --communes"
        )


class NoSingleCommune(GroundError):
    """La base ne dit pas de quelle commune il s'agit."""

    def __init__(self, count: int) -> None:
        how_many = "aucune commune" if count == 0 else f"{count} communes"
        super().__init__(
            f"La base contient {how_many} : nommez la vôtre par son code Insee, avec --commune ou le réglage "
            "RONDE_COMMUNE."
        )
