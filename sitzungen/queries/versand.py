"""Who receives the papers of a meeting, and how far a dispatch has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from konferenz.adressen import check_adresse
from konferenz.einstellungen import wert
from konferenz.models import Sendung
from mitglieder.models import Funktion, Leitgremium, Mandat, Mitgliedschaft, Person, Sitz
from mitglieder.permissions import Rolle, Umfang
from sitzungen.models import Sitzung, SitzungUserObjectPermission, Teilnahme, Versand, Zustellung

Brief = Zustellung.Brief
SITZE, STELLVERTRETUNGEN, LEITGREMIEN, GAESTE = "Sitze", "Stellvertretungen", "Leitgremien", "Gäste"
GAST_GRUPPE = "Gast dieser Sitzung"
GRUPPEN = (SITZE, STELLVERTRETUNGEN, LEITGREMIEN, GAESTE)


@dataclass(frozen=True)
class Empfaenger:
    """One person and the one letter due to him: brief einladung or kenntnis; gruppe: why, in words; art: one of GRUPPEN."""

    person: Person
    brief: str
    gruppe: str
    art: str

    @property
    def is_gast(self) -> bool:
        """Whether the letter carries links only (a guest reads what was granted, in the portal)."""
        return self.art == GAESTE


@dataclass(frozen=True)
class Empfaengerkreis:
    """Everybody a dispatch is for.

    empfaenger: one row per person, stronger letter first.  ohne_adresse: those of them without any address: they get a
    row in the log, not a mail.  deaktiviert: people on a seat or in a Leitgremium whose account is off: no row.
    vakante_sitze, leere_leitgremien: where nobody is.  doppelte: addresses that two or more people share.
    """

    empfaenger: tuple[Empfaenger, ...]
    ohne_adresse: tuple[Empfaenger, ...] = ()
    deaktiviert: tuple[Empfaenger, ...] = ()
    vakante_sitze: tuple[str, ...] = ()
    leere_leitgremien: tuple[str, ...] = ()
    doppelte: tuple[str, ...] = field(default=())

    def count(self, art: str) -> int:
        """Return how many people of one of GRUPPEN get a letter."""
        return sum(1 for e in self.empfaenger if e.art == art)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(group, letter in words, people) per group that has anybody."""
        return [
            (art, str(next(Brief(e.brief).label for e in self.empfaenger if e.art == art)), self.count(art))
            for art in GRUPPEN
            if self.count(art)
        ]

    @property
    def mail_count(self) -> int:
        """How many mails leave: everybody with an address."""
        return len(self.empfaenger) - len(self.ohne_adresse)


def empfaengerkreis(sitzung: Sitzung, now: datetime) -> Empfaengerkreis:
    """Return who gets which letter of a meeting, as the people, seats and bodies stand on the day of now (Zürich).

    Einladung: the holders of the 17 seats and the substitutes named for this meeting. Mitteilung zur Kenntnis: all
    members of all Leitgremien, and guests admitted to the whole meeting. A person with two hats gets the stronger
    letter once; two people with one address each get theirs.
    Source: Pflichtenheft 2026, «Informationsfluss».
    """
    today = timezone.localdate(now)
    je_person: dict[int, Empfaenger] = {}
    for empfaenger in _alle(sitzung, today):
        je_person.setdefault(empfaenger.person.pk, empfaenger)
    aktive = tuple(e for e in je_person.values() if e.person.is_active)
    besetzte = {m.sitz_id for m in _mandate(today)}
    return Empfaengerkreis(
        empfaenger=aktive,
        ohne_adresse=tuple(e for e in aktive if not e.person.email.strip()),
        deaktiviert=tuple(e for e in je_person.values() if not e.person.is_active),
        vakante_sitze=tuple(s.bezeichnung for s in Sitz.objects.exclude(pk__in=besetzte)),
        leere_leitgremien=_leere_leitgremien(today),
        doppelte=_doppelte(aktive),
    )


def _mandate(today: date) -> list[Mandat]:
    return list(Mandat.objects.current(today).select_related("person", "sitz").order_by("sitz__reihenfolge"))


def _alle(sitzung: Sitzung, today: date) -> Iterable[Empfaenger]:
    """Yield one row per hat, the stronger letter first."""
    for mandat in _mandate(today):
        yield Empfaenger(mandat.person, Brief.EINLADUNG, mandat.sitz.bezeichnung, SITZE)
    benannte = Teilnahme.objects.vertreten().filter(sitzung=sitzung).select_related("vertretung", "sitz")
    for teilnahme in benannte.order_by("sitz__reihenfolge"):
        if teilnahme.vertretung is not None:
            gruppe = f"Stellvertretung {teilnahme.sitz.bezeichnung}"
            yield Empfaenger(teilnahme.vertretung, Brief.EINLADUNG, gruppe, STELLVERTRETUNGEN)
    mitgliedschaften = Mitgliedschaft.objects.current(today).select_related("person", "leitgremium__sozialregion")
    for mitgliedschaft in mitgliedschaften.order_by(
        "leitgremium__sozialregion__nr", "person__nachname", "person__vorname", "person__pk"
    ):
        yield Empfaenger(mitgliedschaft.person, Brief.KENNTNIS, mitgliedschaft.leitgremium.name, LEITGREMIEN)
    for gast in gaeste(sitzung):
        yield Empfaenger(gast, Brief.KENNTNIS, GAST_GRUPPE, GAESTE)


def gaeste(sitzung: Sitzung) -> list[Person]:
    """Return the people admitted to the whole meeting as guests, by name."""
    zulassungen = SitzungUserObjectPermission.objects.filter(
        content_object=sitzung, permission__codename__in=["gast_sitzung", "gast_vertraulich_sitzung"]
    )
    return list(Person.objects.filter(pk__in=zulassungen.values("user_id")).order_by("nachname", "vorname", "pk"))


def _leere_leitgremien(today: date) -> tuple[str, ...]:
    belegte = Mitgliedschaft.objects.current(today).filter(person__is_active=True).values("leitgremium_id")
    return tuple(Leitgremium.objects.exclude(pk__in=belegte).values_list("name", flat=True))


def _doppelte(empfaenger: Iterable[Empfaenger]) -> tuple[str, ...]:
    gezaehlt: dict[str, int] = {}
    for e in empfaenger:
        adresse = e.person.email.strip().lower()
        if adresse:
            gezaehlt[adresse] = gezaehlt.get(adresse, 0) + 1
    return tuple(adresse for adresse, anzahl in gezaehlt.items() if anzahl > 1)


def darf_empfangen(zustellung: Zustellung, umfang: Umfang) -> bool:
    """Return whether the person still holds what a letter was written for: asked again when it is handed over.

    The Einladung asks for a seat, or to be the substitute named for the meeting; the Mitteilung zur Kenntnis for any of
    these, for a Leitgremium, or to be admitted as a guest. Independent of the meeting's status: a cancelled one is told too.
    """
    if umfang.person is None or not umfang.is_angemeldet:
        return False
    sitzung = zustellung.versand.sitzung
    if umfang.sitze or Teilnahme.objects.vertreten().filter(sitzung=sitzung, vertretung=umfang.person).exists():
        return True
    if zustellung.brief == Brief.EINLADUNG:
        return False
    if Rolle.LEITGREMIUM in umfang.rollen:
        return True
    return sitzung.pk in umfang.gast_pks(Sitzung) or sitzung.pk in umfang.gast_pks(Sitzung, vertraulich=True)


def geschaeftsstelle(now: datetime) -> list[tuple[str, str, Person | None]]:
    """Return (address, name, person) of everybody the office's own mails go to; the general address if nobody has one."""
    leute = (
        Person.objects.filter(
            is_active=True,
            pk__in=Funktion.objects.current(timezone.localdate(now))
            .filter(art=Funktion.Art.GESCHAEFTSSTELLE)
            .values("person_id"),
        )
        .exclude(email="")
        .order_by("nachname", "vorname", "pk")
    )
    empfaenger: list[tuple[str, str, Person | None]] = [(p.email, p.name, p) for p in leute]
    if empfaenger:
        return empfaenger
    adresse = str(wert("absender_email")).strip()
    return [(adresse, "Geschäftsstelle", None)] if adresse else []


@dataclass(frozen=True)
class Fortschritt:
    """How far a dispatch has come, counted from its rows. unklar counts as angenommen."""

    gesamt: int
    bereit: int
    in_arbeit: int
    angenommen: int
    unklar: int
    fehlgeschlagen: int
    zurueckgekommen: int
    per_post: int
    angehalten: int

    @property
    def offen(self) -> int:
        """Rows for which a worker still has something to do, held ones included."""
        return self.bereit + self.in_arbeit

    @property
    def erledigt(self) -> int:
        return self.gesamt - self.offen


def fortschritt(versand: Versand) -> Fortschritt:
    """Return the counts of a dispatch (one query)."""
    s = Sendung.Status
    je_status = {
        row["sendung__status"]: row["n"]
        for row in versand.zustellungen.values("sendung__status").order_by().annotate(n=Count("pk"))
    }
    angehalten = versand.zustellungen.filter(sendung__angehalten=True, sendung__status=s.BEREIT).count()
    return Fortschritt(
        gesamt=sum(je_status.values()),
        bereit=je_status.get(s.BEREIT, 0),
        in_arbeit=je_status.get(s.BEANSPRUCHT, 0) + je_status.get(s.IN_UEBERGABE, 0),
        angenommen=je_status.get(s.GESENDET, 0) + je_status.get(s.UNKLAR, 0),
        unklar=je_status.get(s.UNKLAR, 0),
        fehlgeschlagen=je_status.get(s.FEHLGESCHLAGEN, 0),
        zurueckgekommen=je_status.get(s.ZURUECKGEKOMMEN, 0),
        per_post=je_status.get(s.PER_POST, 0),
        angehalten=angehalten,
    )


def zustellungen(versand: Versand) -> list[Zustellung]:
    """Return the rows of a dispatch with person and mail, letters to the seats first (one query)."""
    return list(versand.zustellungen.select_related("person", "sendung").order_by("pk"))


def versande(sitzung: Sitzung) -> list[Versand]:
    """Return the dispatches of a meeting, newest first."""
    return list(sitzung.versande.select_related("dossier", "ausgeloest_von").order_by("-created_at", "-pk"))


def haben_unterlagen(sitzung: Sitzung) -> set[str]:
    """Return the uuids of the people who have the papers of a meeting as they stand: their last letter has left.

    Whoever is not among them (letter open, held or failed; joined since) gets everything with the next letter.
    """
    s = Sendung.Status
    rows = (
        Zustellung.objects.filter(versand__sitzung=sitzung)
        .exclude(versand__art=Versand.Art.ABSAGE)
        .order_by("versand__created_at", "versand_id")
    )
    letzte = dict(rows.values_list("person__uuid", "sendung__status"))
    return {str(uuid) for uuid, stand in letzte.items() if stand not in {s.BEREIT, s.BEANSPRUCHT, s.FEHLGESCHLAGEN}}


def neue_empfaenger(versand: Versand, now: datetime) -> list[Empfaenger]:
    """Return who would get a letter today but has none of this meeting: a substitute named later, a new decision-maker."""
    haben = set(Zustellung.objects.filter(versand__sitzung=versand.sitzung_id).values_list("person_id", flat=True))
    return [e for e in empfaengerkreis(versand.sitzung, now).empfaenger if e.person.pk not in haben]


def versande_im_gang() -> list[Versand]:
    """Return the dispatches whose state the tick has to look after: not finished and not stopped, or with a mail open again."""
    offen = [Sendung.Status.BEREIT, Sendung.Status.BEANSPRUCHT, Sendung.Status.IN_UEBERGABE]
    im_gang = Q(status__in=[Versand.Status.BEREIT, Versand.Status.LAUFEND])
    wieder = Q(status=Versand.Status.ABGESCHLOSSEN, zustellungen__sendung__status__in=offen)
    return list(Versand.objects.filter(im_gang | wieder).distinct().order_by("pk"))


def adress_maengel(sitzung: Sitzung, now: datetime) -> list[str]:
    """Return a sentence per recipient whose address is missing or is none."""
    maengel = []
    for e in empfaengerkreis(sitzung, now).empfaenger:
        try:
            check_adresse(e.person.email)
        except ValueError as error:
            maengel.append(f"{e.person.name} ({e.gruppe}): {error}")
    return maengel


AUFFAELLIG = (Sendung.Status.FEHLGESCHLAGEN, Sendung.Status.UNKLAR, Sendung.Status.ZURUECKGEKOMMEN)


def is_auffaellig(zustellung: Zustellung) -> bool:
    """Return whether a person should look at this recipient: failed, unclear, come back, or in a second try."""
    sendung = zustellung.sendung
    return sendung.status in AUFFAELLIG or (sendung.status == Sendung.Status.BEREIT and sendung.versuche > 0)


def gruppiert(versand: Versand, zeilen: Iterable[Zustellung]) -> list[tuple[str, list[Zustellung]]]:
    """Return the rows of a dispatch by letter: (its name in words, rows), that to the seats first.

    It is an Einladung once; what follows it is named by whom it goes to.
    """
    is_einladung = versand.art == Versand.Art.EINLADUNG
    je_brief: dict[str, list[Zustellung]] = {brief: [] for brief in Brief.values}
    for zeile in zeilen:
        je_brief[zeile.brief].append(zeile)
    return [
        (str(Brief(brief).label) if is_einladung or brief != Brief.EINLADUNG else "Mitteilung an die Sitze", liste)
        for brief, liste in je_brief.items()
        if liste
    ]


def is_ergaenzbar(versand: Versand) -> bool:
    """Return whether people who joined since may still get this package: the newest, which holds the whole meeting."""
    if versand.sitzung.status != Sitzung.Status.VERSANDT:
        return False
    return versand.sitzung.versande.order_by("-created_at", "-pk").values_list("pk", flat=True).first() == versand.pk
