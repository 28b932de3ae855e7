"""Exit with 1 if nothing could listen on the HOST:PORT given."""

import socket
import sys

host, _, port = sys.argv[1].rpartition(":")
try:
    socket.create_server(
        (host.strip("[]"), int(port)), family=socket.AF_INET6 if ":" in host else socket.AF_INET
    ).close()
except OSError:
    sys.exit(1)
