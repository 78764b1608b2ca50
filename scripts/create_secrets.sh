#!/bin/sh
# Writes secrets/ for docker-compose.yml with fresh random values; never touches a file that is there.
# The folder is closed to others; the files themselves are readable, because the containers run without root.
set -eu
umask 022
mkdir -p secrets && chmod 700 secrets
zufall() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }
schreibe() { [ -e "secrets/$1" ] || { printf '%s' "$2" >"secrets/$1"; chmod 444 "secrets/$1"; echo "secrets/$1 geschrieben"; }; }

schreibe secret_key "$(zufall 40)"
schreibe postgres_password "$(zufall 24)"
schreibe database_url "postgres://portal:$(cat secrets/postgres_password)@postgres:5432/portal"
if [ ! -e secrets/email_url ]; then
    printf '%s' "smtp+tls://BENUTZER:PASSWORT@mail.example.ch:587" >secrets/email_url
    echo "secrets/email_url: bitte den Mailserver eintragen"
fi
