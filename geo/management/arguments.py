"""What may be typed after an option, and the words in which anything else is refused."""

import argparse
import datetime as dt
from collections.abc import Callable

DAY_FORM = "AAAA-MM-JJ"


def parse_day(text: str) -> dt.date:
    """Read a day written AAAA-MM-JJ."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"« {text} » n'est pas une date : écrivez-la {DAY_FORM}, par exemple 2026-08-12"
        ) from error


def whole_number(*, least: int = 0, example: int) -> Callable[[str], int]:
    """Make the reader of a whole number that is at least so much; its refusal shows an example."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(
                f"« {text} » n'est pas un nombre entier d'au moins {least} : écrivez par exemple {example}"
            )
        return number

    return parse
