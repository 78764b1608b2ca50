"""Shapes of recording a meeting held on paper: its times, a row per seat, a row per item, the guests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from konferenz.forms import Textfeld
from mitglieder.models import Person, Stellvertretung
from sitzungen.actions.nachfuehrung import Nachfuehrung, PunktEintrag, SitzEintrag
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Traktandum
from sitzungen.queries.praesenz import Lage, Sitzzeile
from sitzungen.rules.leitung import AUSGAENGE

from .eingabe import Zeiteingabe

NEU = "neu"


def _moment(tag: date, uhr: time) -> datetime:
    return datetime.combine(tag, uhr, timezone.get_current_timezone())


class KopfForm(forms.Form):
    """When it really was, and who chaired."""

    beginn = Zeiteingabe(label="Beginn")
    ende = Zeiteingabe(label="Ende")
    leitung = forms.TypedChoiceField(label="Leitung", coerce=int)
    gaeste = forms.TypedMultipleChoiceField(
        label="Anwesende Gäste", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, leitende: Sequence[Person], gaeste: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leitung"].choices = [("", "Bitte wählen"), *((p.pk, p.name) for p in leitende)]  # type: ignore[attr-defined]
        self.fields["gaeste"].choices = [(p.pk, p.name) for p in gaeste]  # type: ignore[attr-defined]
        if not gaeste:
            del self.fields["gaeste"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "beginn" in data and "ende" in data and data["ende"] <= data["beginn"]:
            self.add_error("ende", "Das Ende liegt nicht nach dem Beginn.")
        return data


class EndeForm(forms.Form):
    """When a meeting ended that was never closed."""

    ende = Zeiteingabe(label="Die Sitzung endete um")
    bestaetigt = forms.BooleanField(label="Trotzdem schliessen", required=False)


class SitzForm(forms.Form):
    """Who sat on one seat, and from when to when (empty: the whole meeting)."""

    wer = forms.ChoiceField(label="Anwesend", required=False)
    von = Zeiteingabe(label="von", required=False)
    bis = Zeiteingabe(label="bis", required=False)
    form = forms.ChoiceField(label="Form", choices=Anwesenheit.Form.choices, required=False)
    vorname = Textfeld(label="Vorname", max_length=80, required=False)
    nachname = Textfeld(label="Name", max_length=80, required=False)
    funktion = forms.ChoiceField(label="Politische Funktion", required=False)

    def __init__(self, *args: Any, zeile: Sitzzeile, liste: Iterable[Person], is_hybrid: bool, **kwargs: Any) -> None:
        kwargs["prefix"] = f"sitz-{zeile.sitz.pk}"
        super().__init__(*args, **kwargs)
        self.zeile = zeile
        wer: dict[int, str] = {}
        if zeile.inhaber is not None:
            wer[zeile.inhaber.pk] = zeile.inhaber.name
        for person in (*([zeile.vertretung] if zeile.vertretung else []), *liste):
            wer.setdefault(person.pk, f"{person.name} (Stellvertretung)")
        auswahl = [("", "nicht vertreten"), *((str(pk), name) for pk, name in wer.items())]
        self.fields["wer"].choices = [*auswahl, (NEU, "andere Stellvertretung")]  # type: ignore[attr-defined]
        self.fields["funktion"].choices = [("", "Bitte wählen"), *Stellvertretung.Funktion.choices]  # type: ignore[attr-defined]
        if not is_hybrid:
            del self.fields["form"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("wer") == NEU:
            for feld, satz in (
                ("vorname", "Bitte geben Sie den Vornamen an."),
                ("nachname", "Bitte geben Sie den Namen an."),
                ("funktion", "Bitte wählen Sie die politische Funktion."),
            ):
                if not data.get(feld):
                    self.add_error(feld, satz)
        return data

    def eintrag(self, tag: date, beginn: time, ende: time, form: str) -> SitzEintrag | None:
        """Return what the action takes; None where nobody was there."""
        data = self.cleaned_data
        if not data["wer"]:
            return None
        is_neu = data["wer"] == NEU
        return SitzEintrag(
            sitz=self.zeile.sitz.pk,
            von_at=_moment(tag, data["von"] or beginn),
            bis_at=_moment(tag, data["bis"] or ende),
            person=None if is_neu else int(data["wer"]),
            vorname=data["vorname"] if is_neu else "",
            nachname=data["nachname"] if is_neu else "",
            funktion=data["funktion"] if is_neu else "",
            form=data.get("form") or form,
        )


class PunktForm(forms.Form):
    """What came of one item."""

    ausgang = forms.ChoiceField(label="Ergebnis")
    text = Textfeld(label="Beschluss oder Bemerkung", max_length=500, required=False)

    def __init__(self, *args: Any, traktandum: Traktandum, **kwargs: Any) -> None:
        kwargs |= {
            "prefix": f"t-{traktandum.pk}",
            "initial": {"ausgang": traktandum.ausgang, "text": traktandum.ausgang_text},
        }
        super().__init__(*args, **kwargs)
        self.traktandum = traktandum
        werte = [Traktandum.Ausgang.OFFEN.value, *AUSGAENGE[traktandum.art]]
        self.fields["ausgang"].choices = [(wert, Traktandum.Ausgang(wert).label) for wert in werte]  # type: ignore[attr-defined]

    def eintrag(self) -> PunktEintrag:
        """Return what the action takes."""
        return PunktEintrag(self.traktandum.pk, self.cleaned_data["ausgang"], self.cleaned_data["text"])


class NachfuehrungForm:
    """The whole page: times, seats, items. Its parts are forms of their own; errors stay with them."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        sitzung: Sitzung,
        lage: Lage,
        stellvertretungen: Mapping[int, Sequence[Person]],
        traktanden: Iterable[Traktandum],
        gaeste: Sequence[Person],
        anwesend: Mapping[int, Anwesenheit],
    ) -> None:
        """stellvertretungen, anwesend: by pk of the seat; anwesend is what was recorded before."""
        self.sitzung = sitzung
        leitende = {z.inhaber.pk: z.inhaber for z in lage if z.inhaber}
        leitende |= {z.vertretung.pk: z.vertretung for z in lage if z.vertretung}
        for sitz in stellvertretungen.values():
            leitende |= {person.pk: person for person in sitz}
        beginn = timezone.localtime(sitzung.begonnen_at or sitzung.beginn_at)
        ende = timezone.localtime(sitzung.beendet_at or sitzung.ende_at)
        initial = {"beginn": beginn.time(), "ende": ende.time(), "leitung": sitzung.leitung_id or ""}
        self.kopf = KopfForm(data, initial=initial, leitende=list(leitende.values()), gaeste=gaeste)
        is_hybrid = sitzung.form == Sitzung.Form.HYBRID
        self.sitze = [
            SitzForm(
                data,
                zeile=zeile,
                liste=stellvertretungen.get(zeile.sitz.pk, ()),
                is_hybrid=is_hybrid,
                initial=_erwartet(zeile, anwesend.get(zeile.sitz.pk), hat_schon=bool(anwesend)),
            )
            for zeile in lage
        ]
        self.punkte = [PunktForm(data, traktandum=traktandum) for traktandum in traktanden]
        self.is_bound = data is not None

    def __iter__(self) -> Any:
        return iter([self.kopf, *self.sitze, *self.punkte])

    def is_valid(self) -> bool:
        """Whether every part is."""
        fertig = [form.is_valid() for form in self]  # every part says what is wrong with it
        return self.is_bound and all(fertig)

    @property
    def errors(self) -> list[str]:
        """What is wrong, one sentence each, for the box above the form."""
        return [str(satz) for form in self for saetze in form.errors.values() for satz in saetze]

    def add_error(self, feld: str | None, satz: str) -> None:
        """Put a refusal of the action where it belongs."""
        for form in self:
            for name in form.fields:
                if feld and form.add_prefix(name) == feld:
                    form.add_error(name, satz)
                    return
        self.kopf.add_error(None, satz)

    def angaben(self) -> Nachfuehrung:
        """Return what the action takes."""
        kopf = self.kopf.cleaned_data
        tag = timezone.localdate(self.sitzung.beginn_at)
        form = Anwesenheit.Form.ONLINE if self.sitzung.form == Sitzung.Form.DIGITAL else Anwesenheit.Form.VOR_ORT
        sitze = [zeile.eintrag(tag, kopf["beginn"], kopf["ende"], form) for zeile in self.sitze]
        return Nachfuehrung(
            begonnen_at=_moment(tag, kopf["beginn"]),
            beendet_at=_moment(tag, kopf["ende"]),
            leitung=kopf["leitung"],
            sitze=tuple(eintrag for eintrag in sitze if eintrag is not None),
            punkte=tuple(punkt.eintrag() for punkt in self.punkte),
            gaeste=tuple(kopf.get("gaeste", ())),
        )


def _erwartet(zeile: Sitzzeile, war: Anwesenheit | None, *, hat_schon: bool) -> dict[str, Any]:
    """Return how a row begins: as it was recorded before, else as the seat announced itself."""
    if hat_schon:
        if war is None:
            return {"wer": ""}
        bis = timezone.localtime(war.bis_at).time() if war.bis_at else None
        return {"wer": str(war.person_id), "von": timezone.localtime(war.von_at).time(), "bis": bis, "form": war.form}
    if zeile.antwort == Teilnahme.Antwort.VERTRETEN and zeile.vertretung:
        return {"wer": str(zeile.vertretung.pk)}
    return {"wer": str(zeile.inhaber.pk) if zeile.antwort == Teilnahme.Antwort.ZUGESAGT and zeile.inhaber else ""}
