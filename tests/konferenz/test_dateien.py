"""Files on disk and on the wire: written once, served closed, swept when nobody claimed them (U1-U6)."""

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import path

from konferenz import dateien
from konferenz.dateien import GespeicherteDatei, datei_response
from konferenz.dateipruefung import DateiAbgelehnt
from konferenz.models import Datei
from tests.conftest import make_person
from tests.konferenz.papiere import make_bild, make_pdf

PDF = make_pdf(2)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def on_disk(settings):
    return sorted(p.name for p in settings.MEDIA_ROOT.iterdir())


@pytest.fixture
def datei(db, now) -> Datei:
    gespeichert = dateien.store_upload(SimpleUploadedFile("Übersicht «2027».pdf", PDF))
    with transaction.atomic():
        return dateien.create_datei(gespeichert, now=now)


# --- Writing --------------------------------------------------------------------------------------


def test_upload_lies_under_its_uuid_for_us_only(settings):
    gespeichert = dateien.store_upload(SimpleUploadedFile("../Budget\r\n.pdf", PDF))

    pfad = settings.MEDIA_ROOT / str(gespeichert.uuid)
    assert gespeichert == GespeicherteDatei(
        gespeichert.uuid, "Budget.pdf", "pdf", len(PDF), hashlib.sha256(PDF).hexdigest(), 2
    )
    assert pfad.read_bytes() == PDF
    assert pfad.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../../x.pdf", "a\r\nSet-Cookie: x.pdf", "é" * 300 + ".pdf", "a\0.pdf", "CON.pdf"])
def test_strange_name_is_no_trouble(name):
    upload = SimpleUploadedFile("a.pdf", PDF)
    upload._name = name

    assert dateien.store_upload(upload).typ == "pdf"


def test_refused_upload_leaves_nothing_behind(settings):
    with pytest.raises(DateiAbgelehnt):
        dateien.store_upload(SimpleUploadedFile("a.pdf", HTML))

    assert on_disk(settings) == []


def test_several_uploads_are_judged_one_by_one(settings):
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024

    ergebnis = dateien.store_uploads(
        [
            SimpleUploadedFile("a.pdf", PDF),
            SimpleUploadedFile("b.pdf", HTML),
            SimpleUploadedFile("c.pdf", b"x" * 3_000_000),
            SimpleUploadedFile("d.png", make_bild()),
        ]
    )

    assert [e.name if isinstance(e, GespeicherteDatei) else str(e) for e in ergebnis] == [
        "a.pdf",
        "«b.pdf» heisst .pdf, ist aber eine HTML-Seite; angenommen werden PDF, DOCX, XLSX, PPTX, ODT, PNG und JPG.",
        "«c.pdf» ist grösser als 2 MB.",
        "d.png",
    ]
    assert on_disk(settings) == sorted([str(ergebnis[0].uuid), str(ergebnis[3].uuid)])


def test_own_file_is_stored_as_it_is(settings):
    gespeichert = dateien.store_bytes("Mappe 4/2026.pdf", "pdf", PDF, seiten=2)

    assert (gespeichert.name, gespeichert.groesse, gespeichert.seiten) == ("2026.pdf", len(PDF), 2)
    assert (settings.MEDIA_ROOT / str(gespeichert.uuid)).read_bytes() == PDF


def test_unknown_type_of_an_own_file_is_a_mistake(settings):
    with pytest.raises(ValueError, match="exe"):
        dateien.store_bytes("a.exe", "exe", b"MZ")

    assert on_disk(settings) == []


@pytest.mark.django_db(transaction=True)
def test_row_needs_the_callers_transaction(now):
    gespeichert = dateien.store_bytes("a.pdf", "pdf", PDF)

    with pytest.raises(RuntimeError):
        dateien.create_datei(gespeichert, now=now)
    with pytest.raises(RuntimeError):
        dateien.note_pruefung(Datei(name="a.pdf"), "", now=now)


def test_row_says_what_was_stored(datei, now):
    datei.refresh_from_db()

    assert (datei.name, datei.typ, datei.groesse, datei.seiten, datei.pruefung, datei.geprueft_at) == (
        "Übersicht «2027».pdf",
        "pdf",
        len(PDF),
        2,
        "geprueft",
        now,
    )
    assert dateien.read_datei(datei) == PDF


# --- Orphans --------------------------------------------------------------------------------------


def test_sweep_takes_old_files_without_a_row_only(datei, settings, now):
    alt, jung = uuid4(), uuid4()
    for name in (alt, jung, "liesmich.txt"):
        (settings.MEDIA_ROOT / str(name)).write_bytes(b"x")
    (settings.MEDIA_ROOT / "ordner").mkdir()
    vor_zwei_tagen = (now - timedelta(days=2)).timestamp()
    for name in (alt, datei.pk, "liesmich.txt"):
        os.utime(settings.MEDIA_ROOT / str(name), (vor_zwei_tagen, vor_zwei_tagen))
    os.utime(settings.MEDIA_ROOT / str(jung), ((now - timedelta(hours=23)).timestamp(),) * 2)

    erst, dann = dateien.sweep_waisen(now=now), dateien.sweep_waisen(now=now)

    assert (erst, dann) == (1, 0)
    assert on_disk(settings) == sorted([str(datei.pk), str(jung), "liesmich.txt", "ordner"])


def test_sweep_without_a_folder_finds_nothing(settings, tmp_path, now, db):
    settings.MEDIA_ROOT = tmp_path / "fehlt"

    assert dateien.sweep_waisen(now=now) == 0


# --- Checking again -------------------------------------------------------------------------------


def test_recheck_finds_change_defect_and_loss(datei, settings, now):
    pfad = settings.MEDIA_ROOT / str(datei.pk)
    gut = dateien.recheck_datei(datei)

    pfad.write_bytes(make_pdf(3))
    anders = dateien.recheck_datei(datei)
    pfad.write_bytes(PDF[:300])
    defekt = dateien.recheck_datei(datei)
    pfad.unlink()
    weg = dateien.recheck_datei(datei)

    assert [gut, anders, defekt, weg] == [
        "",
        "«Übersicht «2027».pdf» ist nicht mehr die hochgeladene Datei; bitte nochmals hochladen.",
        "«Übersicht «2027».pdf» ist unvollständig; bitte nochmals als PDF speichern und hochladen.",
        "«Übersicht «2027».pdf» fehlt auf dem Server; bitte nochmals hochladen.",
    ]
    with transaction.atomic():
        dateien.note_pruefung(datei, weg, now=now)
    datei.refresh_from_db()
    assert (datei.pruefung, datei.befund) == ("defekt", weg)


def test_recheck_without_a_verdict_trusts_the_same_bytes(datei, settings, monkeypatch):
    """A busy night must not turn sound papers into defects."""
    from konferenz import dateipruefung
    from konferenz.kindprozess import KindFehler

    def run_out_of_time(*_args, **_kwargs):
        raise KindFehler("zeit", "pruefen: länger als 12 s")

    monkeypatch.setattr(dateipruefung, "run_kind", run_out_of_time)
    gleich = dateien.recheck_datei(datei)
    (settings.MEDIA_ROOT / str(datei.pk)).write_bytes(make_pdf(3))
    anders = dateien.recheck_datei(datei)
    with pytest.raises(DateiAbgelehnt, match="nicht in der erlaubten Zeit"):
        dateien.store_upload(SimpleUploadedFile("neu.pdf", PDF))

    assert (gleich, anders.endswith("ist nicht mehr die hochgeladene Datei; bitte nochmals hochladen.")) == ("", True)


# --- Serving --------------------------------------------------------------------------------------


def get(datei, *, inline=False, method="get", **headers):
    response = datei_response(getattr(RequestFactory(), method)("/", headers=headers), datei, inline=inline)
    inhalt = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response, inhalt


def test_download_is_closed_on_every_side(datei):
    response, inhalt = get(datei)

    assert inhalt == PDF
    assert {name: response[name] for name in response.headers} == {
        "Content-Type": "application/pdf",
        "Content-Length": str(len(PDF)),
        "Content-Disposition": (
            "attachment; filename=\"Uebersicht _2027_.pdf\"; filename*=UTF-8''%C3%9Cbersicht%20%C2%AB2027%C2%BB.pdf"
        ),
        "Accept-Ranges": "bytes",
        "ETag": f'"{datei.sha256}"',
        "Cache-Control": "no-store, private",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": (
            "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'self'"
        ),
    }


@pytest.mark.parametrize(
    ("typ", "art"),
    [("pdf", "inline"), ("png", "attachment"), ("docx", "attachment"), ("jpg", "attachment")],
)
def test_only_pdf_opens_in_the_browser(datei, typ, art):
    datei.typ = typ

    response, _ = get(datei, inline=True)

    assert response["Content-Disposition"].startswith(f"{art};")
    assert response["Content-Type"] == dateien.INHALTSTYPEN[typ]


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=1.pdf", 'a".pdf', "a;b=c.pdf", "x\u202efdp.pdf", "%0d%0a.pdf"])
def test_name_makes_no_new_header(datei, name):
    datei.name = name

    response, _ = get(datei)

    wert = response["Content-Disposition"]
    assert "\r" not in wert
    assert "\n" not in wert
    assert wert.count('"') == 2
    assert response.has_header("Set-Cookie") is False


@pytest.mark.parametrize(
    ("bereich", "status", "content_range", "erwartet"),
    [
        ("bytes=0-9", 206, "bytes 0-9/{n}", PDF[:10]),
        ("bytes=10-", 206, "bytes 10-{letztes}/{n}", PDF[10:]),
        ("bytes=-5", 206, "bytes {minus5}-{letztes}/{n}", PDF[-5:]),
        ("bytes=0-99999999", 206, "bytes 0-{letztes}/{n}", PDF),
        ("bytes=99999999-", 416, "bytes */{n}", b""),
        ("bytes=-0", 416, "bytes */{n}", b""),
        ("bytes=9-0", 200, None, PDF),
        ("bytes=0-1,3-4", 200, None, PDF),
        ("bytes=-", 200, None, PDF),
        ("zeilen=0-9", 200, None, PDF),
        ("bytes=" + "9" * 400 + "-", 200, None, PDF),
    ],
)
def test_byte_range(datei, bereich, status, content_range, erwartet):
    response, inhalt = get(datei, Range=bereich)

    zahlen = {"n": len(PDF), "letztes": len(PDF) - 1, "minus5": len(PDF) - 5}
    assert response.status_code == status
    assert response.get("Content-Range") == (content_range and content_range.format(**zahlen))
    assert inhalt == erwartet
    assert response.get("Content-Length", str(len(inhalt))) == str(len(inhalt))
    assert response["X-Content-Type-Options"] == "nosniff"


def test_range_of_another_version_gets_the_whole_file(datei):
    alt, _ = get(datei, Range="bytes=0-9", **{"If-Range": '"alt"'})
    gleich, _ = get(datei, Range="bytes=0-9", **{"If-Range": f'"{datei.sha256}"'})

    assert [alt.status_code, gleich.status_code] == [200, 206]


def test_middleware_leaves_the_answer_as_it_is(client, datei, settings):
    """No page's policy instead of the sandbox, no compression of a byte range."""
    settings.ROOT_URLCONF = __name__

    response = client.get(f"/datei/{datei.pk}/", headers={"Range": "bytes=0-99", "Accept-Encoding": "gzip"})

    assert (response.status_code, b"".join(response.streaming_content)) == (206, PDF[:100])
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["Cache-Control"] == "no-store, private"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.has_header("Content-Encoding")


def test_missing_file_is_told_to_the_caller(datei):
    dateien.path_of(datei.pk).unlink()

    with pytest.raises(FileNotFoundError):
        get(datei)


# --- Limits of an upload (U5) ---------------------------------------------------------------------


def datei_view(request, uuid):
    return datei_response(request, Datei.objects.get(pk=uuid), inline=True)


def upload_view(request):
    namen = [f"{datei.name} {datei.size}" for datei in request.FILES.getlist("papiere")]
    return HttpResponse(" ".join([*namen, request.POST.get("titel", "")]))


upload_view.login_required = datei_view.login_required = False
urlpatterns = [path("hoch/", upload_view), path("datei/<uuid:uuid>/", datei_view)]


@pytest.fixture
def grenzen(settings, tmp_path, client, db):
    client.force_login(make_person("Büro"))
    settings.ROOT_URLCONF = __name__
    settings.UPLOAD_MAX_BYTES = 3 * 1024**2
    settings.UPLOAD_MAX_REQUEST_BYTES = 8 * 1024**2
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "hoch")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()
    yield settings
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def papier(megabyte: float, name: str = "a.pdf"):
    return SimpleUploadedFile(name, b"x" * int(megabyte * 1024**2))


def test_upload_within_the_limits_arrives(client, grenzen, db):
    response = client.post("/hoch/", {"papiere": [papier(3), papier(2.9, "b.pdf")], "titel": "T"})

    assert (response.status_code, response.text) == (200, f"a.pdf {3 * 1024**2} b.pdf {int(2.9 * 1024**2)} T")


@pytest.mark.parametrize(
    ("megabytes", "satz"),
    [
        ([1, 3.1], "«a.pdf» ist grösser als 3 MB."),
        ([2.9, 2.9, 2.9], "Die Dateien sind zusammen grösser als 8 MB"),
        ([2.9, 2.9, 2.9, 2.9], "Die Dateien sind zusammen grösser als 8 MB"),
    ],
)
def test_upload_over_a_limit_is_413(client, grenzen, db, megabytes, satz):
    seite = client.post("/hoch/", {"papiere": [papier(mb) for mb in megabytes]})
    skript = client.post("/hoch/", {"papiere": [papier(mb) for mb in megabytes]}, headers={"HX-Request": "true"})

    assert (seite.status_code, skript.status_code) == (413, 413)
    assert satz in seite.text
    assert skript.text.startswith(satz)
    assert skript["Content-Type"] == "text/plain; charset=utf-8"


def test_too_many_uploads_at_once_wait_their_turn(client, grenzen, db, monkeypatch):
    """Bodies that trickle in may not hold every thread."""
    import threading

    from konferenz import upload

    monkeypatch.setattr(upload, "_plaetze", threading.BoundedSemaphore(1))
    erst = client.post("/hoch/", {"papiere": [papier(1)]})
    with upload._plaetze:
        voll = client.post("/hoch/", {"papiere": [papier(1)]}, headers={"HX-Request": "true"})
        ohne_datei = client.post("/hoch/", "titel=T", content_type="application/x-www-form-urlencoded")
    wieder = client.post("/hoch/", {"papiere": [papier(1)]})

    assert [r.status_code for r in (erst, voll, ohne_datei, wieder)] == [200, 429, 200, 200]
    assert voll["Retry-After"] == "60"
    assert voll.text.startswith("Es werden gerade viele Dateien hochgeladen")


def test_lying_length_stops_at_the_limit(client, grenzen, db):
    """A body that says it is small is read no further than it says; one that says it is huge is not read."""
    gross = client.post("/hoch/", b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(10**12))

    assert gross.status_code == 413


def test_body_without_length_is_413(client, grenzen, db):
    response = client.generic(
        "POST",
        "/hoch/",
        b"",
        content_type="multipart/form-data; boundary=b",
        HTTP_TRANSFER_ENCODING="chunked",
        CONTENT_LENGTH="",
    )

    assert (response.status_code, "nennt ihre Grösse nicht" in response.text) == (413, True)


def test_torn_upload_is_400(client, grenzen, db):
    koerper = b'--b\r\nContent-Disposition: form-data; name="papiere"; filename="a.pdf"\r\n\r\n' + b"x" * 3_000_000

    class Abbruch(io.BytesIO):
        def read(self, *args):
            teil = super().read(*args)
            if not teil:
                raise OSError("weg")
            return teil

    request = RequestFactory().post("/hoch/", koerper, content_type="multipart/form-data; boundary=b")
    request.environ["CONTENT_LENGTH"] = str(len(koerper) + 1000)
    request = type(request)({**request.environ, "wsgi.input": Abbruch(koerper)})
    request.session = client.session
    from django.core.exceptions import BadRequest

    from konferenz.upload import UploadMiddleware

    with pytest.raises(BadRequest):
        UploadMiddleware(upload_view).process_view(request)


def test_uuid_is_the_path():
    assert dateien.path_of(UUID(int=1)).name == "00000000-0000-0000-0000-000000000001"


def test_stranger_uploads_nothing_and_takes_nobodys_place(grenzen, db):
    """Six bodies that trickle in from strangers must not keep the office from uploading."""
    from django.test import Client

    from konferenz import upload

    fremd, klein = Client(), "x" * 1000
    assert fremd.post("/hoch/", {"papiere": [papier(1)]}).status_code == 413
    with upload._plaetze_fremder, upload._plaetze_fremder:
        assert fremd.post("/hoch/", {"titel": klein}).status_code == 429
        angemeldet = Client()
        angemeldet.force_login(make_person("Zweites Büro"))
        assert angemeldet.post("/hoch/", {"papiere": [papier(1)]}).status_code == 200
    assert fremd.post("/hoch/", {"titel": klein}).status_code == 200


def test_answers_given_before_any_view_carry_the_headers_too(client, db):
    antworten = [
        client.get("/static/css/portal.css"),
        client.get("/mitglieder"),
        client.post("/", b"x", content_type="multipart/form-data; boundary=b", CONTENT_LENGTH=str(10**12)),
        client.get("/", headers={"host": "boese.test"}),
    ]

    for closer in antworten[0]._resource_closers:
        closer()
    assert [a.status_code for a in antworten] == [200, 301, 413, 400]
    assert [a.get("Cross-Origin-Resource-Policy") for a in antworten] == ["same-origin"] * 4
    assert [a["Cache-Control"] for a in antworten[1:]] == ["no-store, private"] * 3
