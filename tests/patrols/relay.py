"""A way to the test database that can be cut: for what becomes of a process when its database goes away."""

import contextlib
import socket
import threading

from django.db import connection

PIECE = 65_536


class Relay:
    """Carries bytes between a port of this machine and the test database until it is cut; can be opened again."""

    def __init__(self) -> None:
        self.port = 0
        self._listener: socket.socket | None = None
        self._ends: list[socket.socket] = []

    def open(self) -> None:
        """Listen, on the same port as before."""
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def cut(self) -> None:
        """Refuse callers, and end what is being carried."""
        if self._listener is not None:
            # Closing alone would not wake the thread that accepts.
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.break_off()

    def break_off(self) -> None:
        """End what is being carried; who calls again is heard."""
        # Who calls again at once is not hung up on with those before.
        broken, self._ends = self._ends, []
        for end in broken:
            _hang_up(end)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _address = listener.accept()
                database = _call_database()
                self._ends += [caller, database]
                for source, target in ((caller, database), (database, caller)):
                    threading.Thread(target=_carry, args=[source, target], daemon=True).start()


def _call_database() -> socket.socket:
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"] or "5432"
    if not host.startswith("/"):
        return socket.create_connection((host, int(port)))
    database = socket.socket(socket.AF_UNIX)
    database.connect(f"{host}/.s.PGSQL.{port}")
    return database


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
    _hang_up(source)
    _hang_up(target)


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
