import pytest


@pytest.fixture(autouse=True)
def plain_static_files(settings, tmp_path):
    """Pages name their static files as they are, built or not."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
