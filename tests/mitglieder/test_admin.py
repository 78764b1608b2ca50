import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from mitglieder.models import Person
from tests.conftest import PASSWORT, make_person

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def superuser(db):
    return make_person("Repariert", is_superuser=True)


def test_admin_has_no_login_of_its_own(superuser):
    client = Client()
    daten = {"username": superuser.login, "password": PASSWORT}

    for adresse in ("/admin/", "/admin/login/"):
        for antwort in (client.get(adresse), client.post(adresse, daten)):
            assert antwort.status_code == 302
    assert client.get("/admin/login/").headers["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session


def test_office_and_members_find_no_admin(cast):
    for wer, person in cast.items():
        client = Client()
        client.force_login(person, backend=BACKEND)
        assert client.get("/admin/", follow=True).status_code in {403, 404}, wer


def test_superuser_looks_and_changes_nothing(superuser):
    client = Client()
    client.force_login(superuser, backend=BACKEND)

    for model in admin.site._registry:
        basis = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        liste = client.get(reverse(f"{basis}_changelist"))
        assert liste.status_code == 200, model
        if model._meta.app_label == "mitglieder":
            assert client.get(reverse(f"{basis}_add")).status_code == 403, model
            assert client.post(reverse(f"{basis}_add"), {"nachname": "x"}).status_code == 403, model
    seite = client.get(reverse("admin:mitglieder_person_change", args=[superuser.pk])).content.decode()
    assert superuser.password not in seite
    assert Person.objects.get_queryset().count() == 1
