import pytest
from django.urls import reverse

from tests.builders import build_town
from tests.maps.reading import words

pytestmark = pytest.mark.django_db(databases=["default", "aggregates"])


def test_before_anything_is_published_the_page_says_when_it_will_be(client):
    build_town()

    assert "trois jours après sa fin" in words(client.get(reverse("maps:review")))
