import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _fresh_limits(request):
    """The limiter counts in the shared cache, which no transaction of a test rolls back."""
    if {"db", "transactional_db", "client", "live_server"} & set(
        request.fixturenames
    ) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
        cache.clear()


@pytest.fixture
def client_of(client):
    """Return a function person -> client with a full session of that person."""

    def login(person):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return login
