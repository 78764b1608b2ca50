"""Builders of mails for the tests of the outbox (named by dotted name in Sendung.builder)."""

import os
from pathlib import Path

from django.core.mail import EmailMessage, EmailMultiAlternatives

from konferenz.nachricht import EmpfangVerweigert


def build_einfach(sendung):
    return EmailMessage(sendung.betreff, "Guten Tag\n\n.Punkt am Anfang: Grüsse aus Zürich\n")


def build_mit_dossier(sendung):
    """As the real letters: two texts and a large file; its bytes come from the file named in the environment."""
    mail = EmailMultiAlternatives(sendung.betreff, "Guten Tag, anbei die Unterlagen.")
    mail.attach_alternative("<p>Guten Tag, anbei die Unterlagen.</p>", "text/html")
    mail.attach("Dossier.pdf", Path(os.environ["TEST_DOSSIER"]).read_bytes(), "application/pdf")
    return mail


def build_verweigert(sendung):
    raise EmpfangVerweigert("Die Person ist nicht mehr im Leitgremium.")


def build_kaputt(sendung):
    raise KeyError("betreff")


def build_ohne_datei(sendung):
    raise FileNotFoundError(2, "No such file")


def build_boese(sendung):
    mail = EmailMessage(
        "Zeile\r\nBcc: boese@example.ch",
        "Text",
        to=["boese@example.ch"],
        cc=["boese@example.ch"],
        bcc=["boese@example.ch"],
        reply_to=["buero@example.ch\r\nBcc: boese@example.ch"],
        headers={"X-Probe\r\nBcc": "x\r\nBcc: boese@example.ch", "Message-ID": "<falsch@example.ch>"},
    )
    mail.attach("Bericht\r\nBcc: boese@example.ch.pdf", b"%PDF-1.7 ", "application/pdf")
    return mail


def build_bytes(sendung):
    return b"Subject: Fertig\nTo: boese@example.ch,\n\tnoch@example.ch\nBcc: boese@example.ch\nDate: frueher\n\nText\n.\nEnde\n"
