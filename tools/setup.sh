#!/bin/sh
# Make one of the course's environments, or bring it up to date; do nothing, and need no network, when it is.
#
#     sh tools/setup.sh .venv --no-default-groups       (the folder, then what uv sync is told)
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
        say "uv could not be installed: the lines above say why. The set-up needs the network, once."
        exit 1
    fi
    uv=.uv/bin/uv
fi

say "Setting up $venv (the first time takes a minute or two) ..."
# Compiled now, so that the first import of everything is not what the learner waits for.
if ! UV_PROJECT_ENVIRONMENT=$venv UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1 \
    "$uv" sync --quiet --frozen --python "$python" "$@"; then
    say "$venv could not be set up: the lines above say why. The set-up needs the network, once."
    exit 1
fi
printf '%s\n' "$made_from" >"$venv/.made-from"
