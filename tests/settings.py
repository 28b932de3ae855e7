"""The site's settings, under the owner: the tests make tables and rows, and each request becomes the web login."""

from accounts.walls.logins import Login
from config.logins import POOL, work_as

# Declared at connection, so that what a test prepares is the work of a job; see tests/access/web_login.py.
work_as(Login.OWNER, job="test")

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, MIDDLEWARE  # noqa: E402

MIDDLEWARE = ["tests.access.web_login.become_web", *MIDDLEWARE]
# Without the site's callback, which hands a connection to another thread: the test database could not be dropped.
DATABASES["default"]["OPTIONS"]["pool"] = POOL
# The processes of the tests share their folder, and would wait for each other.
READ_AT_ONCE = 64
# What a test commits need not outlive the machine: 0.1 ms in place of 2.6 ms on an SSD, for thousands of requests.
DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
