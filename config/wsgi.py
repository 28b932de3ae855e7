"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from accounts.walls.logins import Login
from config.log_redaction import watch_standard_error
from config.logins import work_as

work_as(Login.WEB)
watch_standard_error()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
