"""What argparse says, in French: it asks gettext for each sentence, and no package has its catalogue."""

import argparse

SENTENCES = {
    "usage: ": "emploi : ",
    "options": "options",
    "positional arguments": "à donner",
    "%(heading)s:": "%(heading)s :",
    "show this help message and exit": "montre cette aide",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s : %(message)s",
    "expected one argument": "il faut une valeur après",
    "expected at most one argument": "une seule valeur au plus",
    "expected at least one argument": "il faut au moins une valeur après",
    "expected %s argument": "il faut %s valeur après",
    "expected %s arguments": "il faut %s valeurs après",
    "unrecognized arguments: %s": "option ou valeur inconnue : %s",
    "unexpected option string: %s": "option inconnue : %s",
    "ambiguous option: %(option)s could match %(matches)s": "%(option)s est trop court : %(matches)s ?",
    "not allowed with argument %s": "ne va pas avec %s : choisissez l'une des deux",
    "ignored explicit argument %r": "cette option ne prend pas de valeur (reçu : %s)",
    "the following arguments are required: %s": "il manque : %s",
    "one of the arguments %s is required": "donnez l'une de ces options : %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "« %(value)s » n'est pas un des choix (%(choices)s)",
    "invalid %(type)s value: %(value)r": "« %(value)s » n'est pas de la sorte attendue (%(type)s)",
    "%(prog)s: error: %(message)s\n": "%(prog)s : %(message)s.\nAide : %(prog)s --help\n",
}


def speak_french() -> None:
    """Have argparse say in French what it says to users; for the whole process, hence for `manage.py` alone."""
    setattr(argparse, "_", translate)  # noqa: B010 (typeshed does not know this name)
    setattr(argparse, "ngettext", translate_counted)  # noqa: B010


def translate(sentence: str) -> str:
    """Give a sentence of argparse in French; as it is, if it is one that only a programmer meets."""
    return SENTENCES.get(sentence, sentence)


def translate_counted(singular: str, plural: str, count: int) -> str:
    """Give the sentence for so many things; French counts none as singular."""
    return translate(singular if count < 2 else plural)
