"""Each deed on votes and motions has its sentence in the journal, and no sentence is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from antraege.actions import abstimmung as deeds
from antraege.actions import antrag as antrag_deeds
from antraege.queries.journal import SAETZE
from konferenz.models import Journaleintrag
from mitglieder.queries.journal import tell

from .test_actions_abstimmung import close

ARTEN = re.compile(r'"((?:abstimmung|antrag|stimme)\.[a-z_]+)"')


def test_each_deed_has_its_sentence():
    text = "".join(
        p.read_text(encoding="utf-8") for r in ("actions", "schritte") for p in Path("antraege", r).glob("*.py")
    )

    assert set(ARTEN.findall(text)) == set(SAETZE)


@pytest.mark.django_db
def test_journal_names_vote_seat_and_motion(saal, offene, geschaeftsstelle):
    vote = offene(saal)
    deeds.cast_stimme(vote.pk, wahl="ja", actor=vote.stimmsitze.first().person, now=saal.beginn_at)
    close(vote, actor=geschaeftsstelle)
    antrag_deeds.submit_am_pult(
        saal.aktuell_id,
        titel="Zweiter",
        text="Der Vorstand sei zu ersuchen.",
        sitz_pk=vote.stimmsitze.first().sitz_id,
        actor=geschaeftsstelle,
        now=saal.beginn_at,
    )

    saetze = [satz.was for satz in tell(Journaleintrag.objects.order_by("seq"))]

    assert f"hat für {vote.stimmsitze.first().sitz} gestimmt («Wird der Antrag verabschiedet?»)" in saetze
    assert any("1 Ja, 0 Nein, 0 Enthaltungen bei 14 Anwesenden" in satz for satz in saetze)
    assert "hat den Antrag «2/2026: Zweiter» eingereicht" in saetze
