import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/aide/", "/confidentialite/", "/accessibilite/"])
def test_anybody_may_read_what_the_site_says_of_itself(client: Client, address):
    page = client.get(address)

    assert page.status_code == 200
    assert "<h1>" in page.content.decode()
