"""Addresses as they leave the house: of mails and of pages; and header lines."""

from __future__ import annotations

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.encoding import punycode

_is_adresse = EmailValidator()


class AdresseUngueltig(ValueError):
    """This is not one mail address; the text of the error is for the user."""


def site_url(path: str) -> str:
    """Return the full address of a page; the host comes from the settings, never from a request."""
    return f"{settings.SITE_URL}{path}"


def check_adresse(adresse: str) -> str:
    """Return one mail address as it may stand in an envelope: trimmed, its domain in lower case.

    Umlauts are allowed in the domain (sent as punycode) and before the @ (needs a server with SMTPUTF8).
    Raises AdresseUngueltig on anything else: a line break, a list, a display name, more than 254 characters.
    """
    cleaned = unicodedata.normalize("NFC", adresse.strip())
    local, at, domain = cleaned.rpartition("@")
    if not cleaned:
        raise AdresseUngueltig("Es ist keine E-Mail-Adresse erfasst.")
    # Judged with ASCII stand-ins: Django's validator knows no umlauts before the @.
    probe = re.sub(r"[^\x00-\x7f]", "x", local) if local.isprintable() else ""
    try:
        _is_adresse(f"{probe}{at}{punycode(domain)}")
    except (ValidationError, UnicodeError):
        raise AdresseUngueltig("Das ist keine gültige E-Mail-Adresse.") from None
    if local.startswith('"') or len(cleaned) > 254:
        raise AdresseUngueltig("Das ist keine gültige E-Mail-Adresse.")
    return f"{local}@{domain.lower()}"


def clean_zeile(text: str, laenge: int) -> str:
    """Return a text as one line that may stand in a mail header: no control characters, at most laenge characters."""
    printable = "".join(" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text)
    return " ".join(printable.split())[:laenge].rstrip()
