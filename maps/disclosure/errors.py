"""What can go wrong when figures are prepared for publication; no message holds a count."""


class DisclosureError(Exception):
    """Base of the errors of this kernel; its text is shown as it is."""


class CountsRefused(DisclosureError):
    """Les nombres à publier ne sont pas des dénombrements."""

    def __init__(self, measure: str, why: str) -> None:
        super().__init__(f"Les nombres de « {measure} » ne peuvent pas être publiés : {why}.")
        self.measure = measure


class LeavesUnknown(DisclosureError):
    """Un découpage ne dit pas en quoi il partage le précédent."""

    def __init__(self, axis: str, leaves: frozenset[str]) -> None:
        names = ", ".join(f"« {leaf} »" for leaf in sorted(leaves))
        super().__init__(f"Le nouveau découpage « {axis} » partage deux fois la même part : {names}.")
        self.axis, self.leaves = axis, leaves


class NotProven(DisclosureError):
    """La protection d'un tableau n'a pas pu être démontrée ; rien n'en est publié."""

    def __init__(self, measure: str) -> None:
        super().__init__(
            f"Le tableau « {measure} » n'est pas publié : rien ne démontre qu'aucun petit nombre ne s'en déduit. "
            "Demandez un tableau moins détaillé (périodes plus longues, moins de catégories)."
        )
        self.measure = measure
