"""A list of absences as a table of texts, and how its columns answer the form of a declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from absences import choices
from absences.errors import UnreadableList
from absences.importers.cells import (
    PEOPLE,
    PEOPLE_EXAMPLE,
    NotRead,
    Reader,
    Sent,
    as_day,
    as_hour,
    as_people,
    as_phone,
    as_tick,
    as_written,
    one_of,
)
from absences.names import words_of
from accounts.forms.phones import lacks_zero
from geo.importers.limited_process import Means, Refusal, ask

MAX_BYTES = 5 << 20
MEANS = Means(memory_bytes=1 << 30, answer_bytes=128 << 20, processor_s=20, elapsed_s=30)
EMPTY = "Cette case est vide. Remplissez-la, ou ôtez la ligne."


@dataclass(frozen=True, kw_only=True)
class Table:
    """Headings, and rows with the number of their line in the file; every cell is a text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A field of the declaration that a column may fill: its heading in the template, how it is found and read."""

    field: str
    heading: str
    guesses: tuple[str, ...]
    example: str
    is_needed: bool = False
    read: Reader = as_written


TARGETS = (
    Target(
        field="address_text",
        heading="Adresse",
        guesses=("adresse", "adresse logement"),
        example="12 bis rue du Moulin",
        is_needed=True,
    ),
    Target(
        field="first_day",
        heading="Premier jour",
        guesses=("premier jour", "date depart", "debut", "du", "depart"),
        example="01/08/2026",
        is_needed=True,
        read=as_day,
    ),
    Target(
        field="last_day",
        heading="Dernier jour",
        guesses=("dernier jour", "date retour", "fin", "au", "retour"),
        example="15/08/2026",
        is_needed=True,
        read=as_day,
    ),
    Target(
        field="name",
        heading="Nom et prénom",
        guesses=("nom prenom", "nom", "declarant", "demandeur"),
        example="Camille Exemple",
        is_needed=True,
    ),
    Target(
        field="phone",
        heading="Téléphone",
        guesses=("telephone", "tel", "portable", "mobile"),
        example="06 39 98 00 00",
        read=as_phone,
    ),
    Target(
        field="email",
        heading="Courriel",
        guesses=("courriel", "email", "mail", "mel"),
        example="camille@example.org",
    ),
    Target(
        field="trusted_name",
        heading="Personne de confiance",
        guesses=("personne confiance", "contact", "personne prevenir"),
        example="Dominique Exemple",
    ),
    Target(
        field="trusted_phone",
        heading="Téléphone de confiance",
        guesses=("telephone confiance", "telephone contact", "tel contact"),
        example="06 39 98 00 01",
        read=as_phone,
    ),
    Target(
        field="trusted_has_keys",
        heading="A les clés",
        guesses=("cles", "detient cles"),
        example="oui",
        read=as_tick,
    ),
    Target(
        field="access_instructions",
        heading="Consignes d'accès",
        guesses=("consignes acces", "acces", "digicode", "code"),
        example="Portail, code 1234",
    ),
    Target(
        field="dwelling",
        heading="Logement",
        guesses=("logement", "type logement", "habitation"),
        example="Maison",
        read=one_of(choices.Dwelling.choices),
    ),
    Target(
        field="residence",
        heading="Usage",
        guesses=("usage", "residence"),
        example="Résidence principale",
        read=one_of(choices.Residence.choices),
    ),
    Target(
        field="alarm",
        heading="Alarme",
        guesses=("alarme",),
        example="Alarme sonore",
        read=one_of(choices.Alarm.choices),
    ),
    Target(
        field="has_lights_on_timers",
        heading="Lampes sur minuterie",
        guesses=("minuterie", "lampes"),
        example="non",
        read=as_tick,
    ),
    Target(
        field="animals",
        heading="Animaux",
        guesses=("animaux", "animal", "chien"),
        example="Aucun animal",
        read=one_of(choices.Animals.choices),
    ),
    Target(
        field="shutters",
        heading="Volets",
        guesses=("volets",),
        example="Tous fermés",
        read=one_of(choices.Shutters.choices),
    ),
    Target(
        field="windows",
        heading="Fenêtres",
        guesses=("fenetres",),
        example="Toutes fermées",
        read=one_of(choices.Windows.choices),
    ),
    Target(
        field="may_enter_garden",
        heading="Entrer dans le jardin",
        guesses=("entrer jardin", "jardin"),
        example="non",
        read=as_tick,
    ),
    Target(
        field="vehicles_left",
        heading="Véhicules laissés",
        guesses=("vehicules", "voitures", "nombre vehicules"),
        example="1",
    ),
    Target(
        field="vehicles_place",
        heading="Où sont les véhicules",
        guesses=("lieu vehicules", "place vehicules"),
        example="Dans le garage",
        read=one_of(choices.VehiclesPlace.choices),
    ),
    Target(
        field="opens",
        heading="Passages à partir de",
        guesses=("passages partir", "heure debut"),
        example="18 h 30",
        read=as_hour,
    ),
    Target(
        field="closes",
        heading="Passages jusqu'à",
        guesses=("passages jusqu", "heure fin"),
        example="22 h",
        read=as_hour,
    ),
    Target(
        field="passages_per_week",
        heading="Passages souhaités",
        guesses=("passages", "nombre passages"),
        example="Un par jour",
        read=one_of(choices.PassagesPerWeek.choices),
    ),
    Target(
        field="preferred_time",
        heading="Moment préféré",
        guesses=("moment", "moment passage"),
        example="Plutôt le soir",
        read=one_of(choices.PreferredTime.choices),
    ),
    Target(
        field="may_be_watched",
        heading="Veille par les voisins",
        guesses=("veille",),
        example="non",
        read=as_tick,
    ),
    Target(
        field="seen_by",
        heading="Vérifié par",
        guesses=("verifie par", "verifies par", "vu par"),
        example="Police municipale",
        read=one_of(choices.SeenBy.choices),
    ),
    Target(
        field="seen_on",
        heading="Vérifié le",
        guesses=("verifie le", "verifies le", "vu le"),
        example="15/07/2026",
        read=as_day,
    ),
    Target(
        field=PEOPLE,
        heading="Personnes autorisées",
        guesses=("personnes autorisees", "personne autorisee"),
        example=PEOPLE_EXAMPLE,
        read=as_people,
    ),
)
DEFAULTS: Mapping[str, str] = {
    "dwelling": choices.Dwelling.HOUSE,
    "residence": choices.Residence.MAIN,
    "passages_per_week": str(choices.PassagesPerWeek.SEVEN.value),
    "preferred_time": choices.PreferredTime.ANY,
    "alarm": choices.Alarm.UNKNOWN,
    "animals": choices.Animals.UNKNOWN,
    "vehicles_left": "0",
    "shutters": choices.Shutters.UNKNOWN,
    "windows": choices.Windows.UNKNOWN,
    "seen_on": "",
    f"{PEOPLE}-TOTAL_FORMS": "0",
    f"{PEOPLE}-INITIAL_FORMS": "0",
}


def read_list(content: bytes) -> Table:
    """Read a CSV or XLSX list, told apart by its content.

    Raises
    ------
    UnreadableList
        Saying what is wrong, where, and what to do; nothing of the file is kept or quoted.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableList(f"Le fichier dépasse {MAX_BYTES >> 20} Mo.", remedy="Partagez la liste.")
    try:
        told = ask("geo.importers.sheet_worker", content, MEANS)
    except Refusal as refusal:
        raise UnreadableList(refusal.problem, where=refusal.where, remedy=refusal.remedy) from None
    return as_table([told["headings"], *told["rows"]])


def as_table(cells: Sequence[Sequence[str]]) -> Table:
    """Make a table of rows whose last cell is the number of their line, the first being the headings."""
    headings = tuple(cells[0][:-1])
    return Table(
        headings=headings,
        rows=tuple((int(row[-1]), _fit(row[:-1], len(headings))) for row in cells[1:]),
    )


def as_cells(table: Table) -> list[list[str]]:
    """The contrary of `as_table`."""
    return [[*table.headings, "1"], *([*cells, str(line)] for line, cells in table.rows)]


def guess_columns(headings: Sequence[str]) -> dict[str, int]:
    """Guess which column fills which field, by its heading; the closest first, no column twice."""
    plain = [" ".join(words_of(heading)) for heading in headings]
    guessed: dict[str, int] = {}
    for is_close in (
        lambda asked, said: asked == said,
        lambda asked, said: set(asked.split()) <= set(said.split()),
    ):
        for target in TARGETS:
            for guess in (" ".join(words_of(target.heading)), *target.guesses):
                for column, said in enumerate(plain):
                    if target.field not in guessed and column not in guessed.values() and is_close(guess, said):
                        guessed[target.field] = column
    return guessed


def as_declaration(cells: Sequence[str], columns: Mapping[str, int]) -> tuple[Sent, dict[str, str]]:
    """Put a row as the form of a declaration takes it; return it, and what is wrong by field."""
    sent: Sent = dict(DEFAULTS)
    wrong: dict[str, str] = {}
    for target in TARGETS:
        if target.field not in columns:
            continue
        said = cells[columns[target.field]]
        if not said and target.is_needed:
            wrong[target.field] = EMPTY
        elif said or target.field not in DEFAULTS:
            try:
                sent |= target.read(target.field, said)
            except NotRead as error:
                wrong[target.field] = str(error)
    return sent, wrong


def is_example(cells: Sequence[str], columns: Mapping[str, int]) -> bool:
    """Say whether a row is the one that the template came with, left in the list."""
    examples = [(cells[columns[target.field]], target.example) for target in TARGETS if target.field in columns]
    return bool(examples) and all(said == example for said, example in examples)


def count_without_zero(table: Table, columns: Mapping[str, int]) -> int:
    """Return how many telephone numbers of a table are given back their first zero."""
    phones = [columns[target.field] for target in TARGETS if target.read is as_phone and target.field in columns]
    return sum(lacks_zero(cells[column]) for _, cells in table.rows for column in phones)


def _fit(row: Sequence[str], width: int) -> tuple[str, ...]:
    return (*row[:width], *([""] * (width - len(row))))
