"""A request's calls do not ask the system for memory again and again, however deep they lie."""

import resource
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse

from config.roomy_stack import Handler, give_room
from config.settings import MIDDLEWARE

CALLS = 1000
# Enough depths to fill several pieces of Python's stack, of which one at least falls on the end of a piece.
DEPTHS = range(600)


def test_no_depth_of_calls_faults_at_every_turn_within_a_request():
    """Faults of memory in a loop of calls: at some depth as many as calls without room, next to none with it."""
    if max(faults_at(depth, give_nothing) for depth in DEPTHS) < CALLS:
        pytest.skip("this Python keeps a piece of its stack in reserve")
    assert max(faults_at(depth, give_room) for depth in DEPTHS) < CALLS / 10


def test_room_is_given_before_any_other_middleware():
    assert MIDDLEWARE[0] == "config.roomy_stack.give_room"


def test_the_answer_is_that_of_the_site_below():
    answer = HttpResponse()
    assert give_room(lambda _: answer)(HttpRequest()) is answer


def faults_at(depth: int, give: Callable[[Handler], Handler]) -> int:
    """Faults of a request whose page calls so deep."""

    def page(request: HttpRequest) -> HttpResponse:
        descend(depth)
        return HttpResponse()

    answer = give(page)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    answer(HttpRequest())
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def give_nothing(get_response: Handler) -> Handler:
    return get_response


def descend(depth: int) -> None:
    if depth:
        descend(depth - 1)
    else:
        for turn in range(CALLS):
            turn_once(turn)


def turn_once(turn: int) -> int:
    return turn
