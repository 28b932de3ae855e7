"""Secrets that somebody types from paper or hears: drawn, and read as they were typed."""

import secrets

# No letter or digit that looks like another; twenty of 31 are 99 bits, for some days.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
LETTERS_OF_SECRET, LETTERS_OF_GROUP = 20, 4


def draw() -> str:
    """Draw a secret, written as groups of four: « k7m2-… »."""
    return _grouped("".join(secrets.choice(LETTERS) for _ in range(LETTERS_OF_SECRET)))


def read(written: str) -> str:
    """Return a secret as it was drawn, whatever capitals, spaces and hyphens it was typed with."""
    bare = "".join(sign for sign in written.lower() if sign not in "- ")
    return _grouped(bare) if len(bare) == LETTERS_OF_SECRET else written


def _grouped(bare: str) -> str:
    return "-".join(bare[at : at + LETTERS_OF_GROUP] for at in range(0, len(bare), LETTERS_OF_GROUP))
