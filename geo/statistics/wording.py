"""How numbers are written in French, for kernels that know nothing of the site."""


def decimal(value: float, places: int) -> str:
    """Write a number as « 1 234,5 », with no-break spaces."""
    return f"{value:,.{places}f}".replace(",", "\u00a0").replace(".", ",")
