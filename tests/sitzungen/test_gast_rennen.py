"""The same guest admitted twice at one instant: real threads, each with a connection of its own."""

from functools import partial

import pytest

from mitglieder.models import Person
from sitzungen.actions.gast import admit_gast
from sitzungen.schritte.vorbereitung import VorbereitungError
from tests.conftest import make_sitzung
from tests.sitzungen.saal import at_one_moment

pytestmark = pytest.mark.django_db(transaction=True)
RUNDEN = 8


def test_the_same_new_guest_of_two_meetings_is_one_person_who_can_log_in(geschaeftsstelle, now):
    sitzungen = [make_sitzung(nr) for nr in (1, 2)]
    for runde in range(RUNDEN):
        email = f"gast{runde}@beratung.test"
        refusals = []

        def admit(sitzung, email=email, refusals=refusals):
            angaben = {"vorname": "Gabi", "nachname": "Gast", "email": email, "vertraulich": False}
            try:
                admit_gast(sitzung.pk, traktandum_pk=None, actor=geschaeftsstelle, now=now, **angaben)
            except VorbereitungError as error:
                refusals.append(str(error))

        at_one_moment(*[partial(admit, sitzung) for sitzung in sitzungen])

        assert Person.objects.get(email=email).login == email
        assert all("eben jemand erfasst" in satz for satz in refusals)
        assert len(refusals) <= 1
