"""A request's calls do not ask the system for memory again and again, however deep they lie."""

import resource
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse

from config.roomy_stack import give_room
from config.settings import MIDDLEWARE

CALLS = 1000
# Enough depths to fill several pieces of Python's stack, of which one at least falls on the end of a piece.
DEPTHS = range(600)


def test_no_depth_of_calls_faults_at_every_turn_within_a_request():
    """Faults of memory in a loop of calls: at some depth as many as calls without room, next to none with it."""
    if max(faults_at(depth, asked_directly) for depth in DEPTHS) < CALLS:
        pytest.skip("this Python keeps a piece of its stack in reserve")
    assert max(faults_at(depth, give_room(through_loop)) for depth in DEPTHS) < CALLS / 10


def test_room_is_given_before_any_other_middleware():
    assert MIDDLEWARE[0] == "config.roomy_stack.give_room"


def test_the_answer_is_that_of_the_site_below():
    answer = HttpResponse()
    assert give_room(lambda _: answer)(HttpRequest()) is answer


class Deep(HttpRequest):
    depth = 0


def faults_at(depth: int, handler: Callable[[HttpRequest], HttpResponse]) -> int:
    request = Deep()
    request.depth = depth
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    handler(request)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def asked_directly(request: HttpRequest) -> HttpResponse:
    return through_loop(request)


def through_loop(request: HttpRequest) -> HttpResponse:
    descend(request.depth)
    return HttpResponse()


def descend(depth: int) -> None:
    if depth:
        descend(depth - 1)
    else:
        for turn in range(CALLS):
            turn_once(turn)


def turn_once(turn: int) -> int:
    return turn
