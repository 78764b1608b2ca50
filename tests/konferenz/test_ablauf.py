"""A page that asks for itself when the session has ended."""

import pytest

pytestmark = pytest.mark.django_db


def test_a_polling_part_reloads_its_page_when_the_session_is_over(client, versandte):
    antwort = client.get(f"{versandte.get_absolute_url()}saal/?live=1", headers={"HX-Request": "true"})

    assert (antwort.status_code, antwort["HX-Refresh"], antwort.content) == (204, "true", b"")


def test_a_page_leads_to_the_login_as_ever(client, versandte):
    antwort = client.get(versandte.get_absolute_url())

    assert antwort.status_code == 302
    assert antwort["Location"].startswith("/konto/anmelden/?next=")


def test_a_deed_s_own_redirect_stays(client, versandte, praesidium):
    client.force_login(praesidium)
    punkt = versandte.traktanden.get()

    antwort = client.post(
        f"{versandte.get_absolute_url()}traktanden/{punkt.uuid}/diskussion/", headers={"HX-Request": "true"}
    )

    assert antwort.status_code == 302
    assert antwort["Location"].startswith(versandte.get_absolute_url())
