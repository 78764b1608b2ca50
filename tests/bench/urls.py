"""The floors: an empty page of ours with navigation and umfang(), and Django's barest answer."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

LEER = '{% extends "base.html" %}{% block titel %}Leer{% endblock %}{% block ueberschrift %}Leer{% endblock %}'


def leer(request):
    assert request.umfang.is_angemeldet
    return HttpResponse(engines["django"].from_string(LEER).render({}, request))


def leer_post(request):
    assert request.umfang.is_angemeldet
    return HttpResponse("ok")


@login_not_required  # the floor of the floor
def nackt(request):
    return HttpResponse("ok")


urlpatterns = [
    path("bench/leer/", leer),
    path("bench/leer-post/", leer_post),
    path("bench/nackt/", nackt),
    path("", include("konferenz.urls")),
]
