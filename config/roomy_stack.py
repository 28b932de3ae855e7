"""Each request is answered on one piece of Python's stack.

CPython keeps the frames of Python's own calls in pieces of 16 KiB, which it asks of the system when calls grow
deeper and gives back when they return. A loop whose calls cross from one piece into the next pays that at every
turn, thousands of times on the page of a day: python/cpython issue 142183. Pieces kept in reserve mend it in later
releases; the Pythons of Debian 13 and Ubuntu 24.04 have none.
"""

import struct
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
# A frame of this size gets a piece of twice as much: what remains is more than our deepest page takes.
ROOM_BYTES = 128 * 1024


def give_room(get_response: Handler) -> Handler:
    """Middleware, first of all: the calls below it find room for their frames beside its own, which is large."""

    def answer(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    answer.__code__ = answer.__code__.replace(co_stacksize=ROOM_BYTES // struct.calcsize("P"))
    return answer
