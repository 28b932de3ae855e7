import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

import config.gunicorn

REPOSITORY = Path(__file__).resolve().parents[2]
# Patience of someone in front of a page, with what the process needs to draw it.
SHOWN_WITHIN_S = 3.0
ASK_TWICE = """
import logging, os, time
import django
django.setup()
logging.disable()
from django.test import Client
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
client.get("/")  # The first page of a process also loads the code of all pages.
for _ in range(2):
    begun = time.monotonic()
    answer = client.get("/")
    took_s = time.monotonic() - begun
    print(answer.status_code, took_s, "script/database start" in answer.content.decode(), flush=True)
# The threads of the pools, which look for the database for twenty seconds more, are not waited for.
os._exit(0)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> list[list[str]]:
    """What the site answers, twice, when nothing listens where its database should be."""
    nowhere = str(tmp_path_factory.mktemp("socket")).replace("/", "%2F")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgis://ronde@{nowhere}/ronde",
        "RONDE_SECRET_KEY": "only-for-the-tests",
    }
    told = subprocess.run(
        [sys.executable, "-c", ASK_TWICE],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [line.split() for line in told.stdout.splitlines()]


def test_a_page_without_its_database_says_so_and_what_to_do(answers):
    assert [(status, advice) for status, _, advice in answers] == [("503", "True"), ("503", "True")]


def test_the_page_does_not_wait_long_for_a_database_that_is_away(answers):
    assert max(float(seconds) for _, seconds, _ in answers) < SHOWN_WITHIN_S


def test_no_thread_of_a_busy_site_waits_for_the_connection_of_another():
    assert settings.DATABASES["default"]["OPTIONS"]["pool"]["max_size"] >= config.gunicorn.threads
