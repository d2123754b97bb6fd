#!/bin/sh
# Make one of the course's environments, or bring it up to date; do nothing, and need no network, when it is.
#
#     sh tools/setup.sh .venv --no-default-groups       (the folder, then what uv sync is told)
#
# With --lowest in place of what uv is told, it gets the lowest versions that pyproject.toml allows, to try them.
#
# Needs Python 3.11 or later with its venv module; uv is installed into .uv where the machine has none.
set -eu
cd "$(dirname "$0")/.."
venv=$1
shift

say() { printf '%s\n' "$*" >&2; }

unset VIRTUAL_ENV PYTHONHOME PYTHONPATH PYTHONDONTWRITEBYTECODE
python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    say "The course needs Python 3.11 or later, and none was found. Get it from https://www.python.org/downloads/ or your"
    say "system's packages; if it has an unusual name, say so: make lab PYTHON=/path/to/python3"
    exit 1
fi

# What the environment was made from. Same again: it is ready.
made_from="$("$python" -c 'import sys; print(sys.version)') in $(pwd) with $* from $(cat pyproject.toml uv.lock | cksum)"
if [ -x "$venv/bin/python" ] && [ "$(cat "$venv/.made-from" 2>/dev/null)" = "$made_from" ]; then
    exit 0
fi

if ! [ -w . ]; then
    say "$(pwd) cannot be written, and the set-up has to lay $venv there: copy the course into a folder of your own,"
    say "and try again from there."
    exit 1
fi
if [ ! -w "${HOME:-}" ]; then # uv and pip keep what they download in one's home
    HOME=$(pwd)/.uv/home
    export HOME
    mkdir -p "$HOME"
fi
# An organisation that looks into encrypted traffic signs it with a certificate of its own. The system knows it, uv and
# pip by themselves do not: both are given the system's certificates, where it keeps them in a file.
for bundle in "${SSL_CERT_FILE:-}" "${REQUESTS_CA_BUNDLE:-}" /etc/ssl/certs/ca-certificates.crt \
    /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem; do
    if [ -r "$bundle" ]; then
        export SSL_CERT_FILE="$bundle" PIP_CERT="${PIP_CERT:-$bundle}"
        break
    fi
done
why="The lines above say why. The set-up needs the network, once. Where an organisation signs the traffic with a
certificate of its own, say where that is kept: make lab SSL_CERT_FILE=/path/to/certificates.pem"

uv=uv
if [ -x .uv/bin/uv ]; then
    uv=.uv/bin/uv
elif ! uv sync --help 2>/dev/null | grep -q -e --no-default-groups; then
    say "Installing uv into .uv ..."
    if ! log=$("$python" -m venv .uv 2>&1); then
        rm -rf .uv
        say "$log"
        say "Python's venv module is missing or broken. On Debian and Ubuntu: apt install python3-venv (as root), then try again."
        exit 1
    fi
    if ! .uv/bin/python -m pip install --quiet --disable-pip-version-check uv; then
        rm -rf .uv
        say "uv could not be installed. $why"
        exit 1
    fi
    uv=.uv/bin/uv
fi

say "Setting up $venv (the first time takes a minute or two) ..."
# Compiled now, so that the first import of everything is not what the learner waits for.
export UV_PROJECT_ENVIRONMENT="$venv" UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
set_up() {
    if [ "$1" = --lowest ]; then
        rm -rf "$venv" && "$uv" venv --quiet --python "$python" "$venv" &&
            "$uv" pip install --quiet --python "$venv" --resolution lowest-direct --editable . --group dev
    else
        "$uv" sync --quiet --frozen --python "$python" "$@"
    fi
}
if ! set_up "$@"; then
    say "$venv could not be set up. $why"
    exit 1
fi
printf '%s\n' "$made_from" >"$venv/.made-from"
