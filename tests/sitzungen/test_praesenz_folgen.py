"""Random sequences of coming, going and handing over: at every time one person per seat, one seat per person."""

from datetime import timedelta
from itertools import combinations

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from sitzungen.actions.anwesenheit import correct_anwesenheit, remove_anwesenheit
from sitzungen.actions.praesenz import check_in, check_in_all, check_out, hand_over
from sitzungen.models import Anwesenheit
from sitzungen.rules.praesenz import Einlass, admit
from sitzungen.rules.strecken import Strecke, overlaps
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_mandat, make_person, make_sitzung, make_vertretung
from tests.sitzungen.saal import sitz_of

SITZE = (0, 1, 2)
# Person 1 holds two seats and person 4 stands in for one of them; seat 2 has a substitute who is nobody's holder.
INHABER = {0: 1, 1: 1, 2: 3}
VERTRETUNG = {0: 4, 1: None, 2: 5}
LEUTE = (1, 3, 4, 5, 6)

schritte = st.lists(
    st.tuples(
        st.sampled_from(["kommen", "gehen", "wechsel"]),
        st.sampled_from(SITZE),
        st.sampled_from(LEUTE),
        st.booleans(),
    ),
    max_size=40,
)


@given(schritte)
@settings(max_examples=400, deadline=None)
def test_the_rule_keeps_one_person_per_seat_and_one_seat_per_person(folge):
    belegt = {}
    for was, sitz, person, gesperrt in folge:
        vorher = dict(belegt)
        if was == "gehen":
            belegt.pop(sitz, None)
            continue
        einlass = admit(
            belegt,
            sitz=sitz,
            person=person,
            inhaber=INHABER[sitz],
            vertretung=VERTRETUNG[sitz],
            uebernimmt=was == "wechsel",
            gesperrt=gesperrt,
        )
        if einlass in {Einlass.NEU, Einlass.WECHSEL}:
            belegt[sitz] = person

        assert len(set(belegt.values())) == len(belegt)
        assert all(p in {INHABER[s], VERTRETUNG[s]} for s, p in belegt.items())
        assert (einlass is Einlass.SCHON_DA) == (vorher.get(sitz) == person)
        assert (einlass is Einlass.NEU) <= (sitz not in vorher)
        assert (einlass is Einlass.WECHSEL) <= (sitz in vorher and was == "wechsel" and not gesperrt)
        if einlass not in {Einlass.NEU, Einlass.WECHSEL}:
            assert belegt == vorher


taten = st.lists(
    st.tuples(
        st.sampled_from(
            ["kommen", "kommen", "kommen", "gehen", "gehen", "wechsel", "alle", "berichtigen", "entfernen"]
        ),
        st.sampled_from((0, 0, 1, 2)),
        st.sampled_from((INHABER, INHABER, VERTRETUNG, VERTRETUNG, {})),  # nobody of the seat: a stranger
        st.one_of(st.none(), st.integers(0, 12)),  # a true time, in minutes after the opening
        st.integers(1, 16),
    ),
    min_size=10,
    max_size=40,
)


@pytest.fixture
def saal(transactional_db):
    """A running meeting, three seats, the people by number, and who works at the desk."""
    sitzung = make_sitzung(status="laufend")
    sitze = [sitz_of(kuerzel) for kuerzel in ("SRTG", "SRO", "SON")]
    leute = {nr: make_person(f"Person{nr}") for nr in LEUTE}
    for nr, sitz in enumerate(sitze):
        make_mandat(leute[INHABER[nr]], sitz)
        if VERTRETUNG[nr] is not None:
            make_vertretung(sitzung, sitz, leute[VERTRETUNG[nr]])
    return sitzung, sitze, leute, make_person("Pult")


@pytest.mark.django_db(transaction=True)
@given(folge=taten)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_deeds_keep_it_at_every_time(saal, folge):
    """Every stretch ever recorded, put right or not: none overlaps with another of its seat or of its person."""
    sitzung, sitze, leute, pult = saal
    Anwesenheit.objects.all().delete()
    gelungen = 0
    for minute, (was, sitz, rolle, zeit, bis) in enumerate(folge, 6):
        now = sitzung.begonnen_at + timedelta(minutes=minute)
        person = rolle.get(sitz) or 6
        at = None if zeit is None else sitzung.begonnen_at + timedelta(minutes=zeit)
        wer = {"actor": pult, "now": now}
        strecken = list(Anwesenheit.objects.filter(teilnahme__sitz=sitze[sitz]).order_by("von_at", "pk"))
        strecke = strecken[bis % len(strecken)] if strecken else None
        try:
            if was == "kommen":
                check_in(sitzung.pk, sitze[sitz].pk, leute[person].pk, at=at, **wer)
            elif was == "wechsel":
                hand_over(sitzung.pk, sitze[sitz].pk, leute[person].pk, at=at, **wer)
            elif was == "gehen":
                check_out(sitzung.pk, sitze[sitz].pk, at=at, **wer)
            elif was == "alle":
                check_in_all(sitzung.pk, **wer)
            elif strecke is not None and was == "entfernen":
                remove_anwesenheit(strecke.pk, grund="Versehen", **wer)
            elif strecke is not None:
                ende = None if bis > 12 else sitzung.begonnen_at + timedelta(minutes=bis)
                correct_anwesenheit(strecke.pk, von_at=at or strecke.von_at, bis_at=ende, grund="Uhr", **wer)
            gelungen += 1
            event(was)
        except SaalError:
            pass  # refused deeds are part of the sequence; what they leave behind is looked at below
        check_invariante(sitzung)
    event(f"gelungen: {min(gelungen, 5)}")


def check_invariante(sitzung):
    alle = list(Anwesenheit.objects.filter(sitzung=sitzung))
    for a, b in combinations(alle, 2):
        if a.teilnahme_id == b.teilnahme_id or a.person_id == b.person_id:
            assert not overlaps(Strecke(a.von_at, a.bis_at), Strecke(b.von_at, b.bis_at)), (a.pk, b.pk)
    assert all(a.bis_at is None or a.von_at <= a.bis_at for a in alle)
    assert all(a.von_at >= sitzung.begonnen_at for a in alle)
