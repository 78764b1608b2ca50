"""What test_schluss_prozess.py runs in processes of its own: `python -m tests.abstimmung_helfer open SECONDS | stand`."""

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")


def open_vote(seconds: float) -> None:
    """Open a vote of three seats on a motion; two of them say yes, and from then on it has so long until it closes by itself."""
    from django.utils import timezone

    from antraege.actions import abstimmung as deeds
    from antraege.models import Abstimmung
    from konferenz.rules import Mehrheit
    from tests.antraege.conftest import make_antrag, make_saal

    saal = make_saal(3)
    personen = [a.person for a in saal.anwesenheiten.select_related("person").order_by("pk")]
    now = timezone.now()
    vote = deeds.prepare_abstimmung(
        saal.pk,
        traktandum_pk=saal.aktuell_id,
        frage="Wird der Antrag verabschiedet?",
        mehrheit=Mehrheit.ZWEIDRITTEL,
        fassung_pk=make_antrag(saal).pk,
        actor=personen[0],
        now=now,
    )
    sitze = list(saal.anwesenheiten.values_list("teilnahme__sitz_id", flat=True))
    deeds.open_abstimmung(vote.pk, sitze=sitze, dauer=timedelta(hours=1), actor=personen[0], now=timezone.now())
    for person in personen[:2]:
        deeds.cast_stimme(vote.pk, wahl="ja", actor=person, now=timezone.now())
    Abstimmung.objects.update(schliesst_at=timezone.now() + timedelta(seconds=seconds))


def stand() -> None:
    """Print «status ja motion seconds»: how long after its time the vote was closed (empty before)."""
    from antraege.models import Abstimmung, Antrag

    vote = Abstimmung.objects.get()
    spaet = (vote.geschlossen_at - vote.schliesst_at).total_seconds() if vote.geschlossen_at else ""
    print(vote.status, vote.ja, Antrag.objects.get().status, spaet, sep="|")


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "open":
        open_vote(float(sys.argv[2]))
    else:
        stand()
