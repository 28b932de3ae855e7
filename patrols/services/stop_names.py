"""How stops are named in what is told of a change: by their place and their crew, never by an address."""

from patrols.services.arrangement import InHand

MOST_NAMED = 4
"""Stops named one by one; more are counted."""


def done_in(in_hand: InHand, shift: int) -> int:
    """Return how many stops lie behind the crew of a shift."""
    begun = in_hand.day.begun.get(shift)
    return len(begun.done) if begun else 0


def order_of(in_hand: InHand, shift: int, place: int) -> int:
    """Return the place, from 1 and with those done, of a stop that is at a place from 0 among those to come."""
    return done_in(in_hand, shift) + place + 1


def crew_of(in_hand: InHand, shift: int) -> str:
    """Return the name of the crew of a shift."""
    return in_hand.day.name_of(shift)


def name_stop(in_hand: InHand, absence: int, number: int, was: tuple[int, int]) -> str:
    """Name a stop by its place in the plan as it is looked at, with the stops that are owed no more."""
    shift, place = in_hand.saved.find(absence, number) or was
    return f"L'arrêt {order_of(in_hand, shift, place)} de {crew_of(in_hand, shift)}"


def name_stops_of(in_hand: InHand, absence: int) -> str:
    """Tell in brackets which stops the plan as saved has at a home; nothing where it has none."""
    stops = [
        f"l'arrêt {order_of(in_hand, shift, place)} de {crew_of(in_hand, shift)}"
        for shift, stops in in_hand.saved.rounds.items()
        for place, stop in enumerate(stops)
        if stop.absence == absence
    ]
    return f" ({' et '.join(stops)})" if stops else ""


def name_gone(in_hand: InHand, absence: int) -> str:
    """Tell which other stops leave their rounds with a change, because they are owed no more; by their places."""
    found = [(stop, in_hand.saved.find(stop.absence, stop.number)) for stop in in_hand.gone]
    named = [
        f"l'arrêt {order_of(in_hand, *where)} de {crew_of(in_hand, where[0])}"
        for stop, where in found
        if where is not None and stop.absence != absence
    ]
    if not named:
        return ""
    told = (
        named if len(named) <= MOST_NAMED else [*named[: MOST_NAMED - 1], f"{len(named) - MOST_NAMED + 1} autres"]
    )
    return f" Partent aussi, car plus à faire : {', '.join(told)}."
