import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CANARY = "Zebulon"
REQUESTS = (
    f"GET /{CANARY} HTTP/9.9\r\n\r\n",
    f"{CANARY}?? / HTTP/1.1\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: localhost\r\n{CANARY} : {CANARY}\r\n\r\n",
    f"GET /{CANARY}/?nom={CANARY} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    f"GET / HTTP/1.1\r\nHost: {CANARY}.example\r\nConnection: close\r\n\r\n",
)


def start_server() -> tuple[subprocess.Popen, int]:
    """Start gunicorn as script/serve does, on a port of its choice; return it with the port."""
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "config/gunicorn.py",
            "--bind",
            "127.0.0.1:0",
            "config.wsgi",
        ],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "RONDE_LOG_LEVEL": "info",
            "RONDE_SECRET_KEY": "only-for-the-tests",
            "RONDE_WORKERS": "1",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    listening = next(line for line in server.stderr if "Listening at" in line)
    return server, int(re.search(r":(\d+) \(", listening)[1])


def ask(port: int, request: str) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(request.encode())
        return int(client.recv(64).split()[1])


def test_what_is_sent_to_the_server_is_not_in_its_log():
    server, port = start_server()
    try:
        answers = [ask(port, request) for request in REQUESTS]
        server.send_signal(signal.SIGTERM)
        log = server.communicate(timeout=30)[1]
    finally:
        server.kill()

    assert all(answer >= 400 for answer in answers)
    assert log.count("Invalid request from …") >= 3
    assert CANARY.casefold() not in log.casefold()
