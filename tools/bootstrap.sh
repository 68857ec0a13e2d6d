#!/bin/sh
# Make .venv from uv.lock with uv; uv itself goes into .uv when the machine has none. Nothing else is touched.
# Usage: tools/bootstrap.sh [extra …]
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/.in-step # the sums of what was asked for, and the extras that are there
sums="$(cksum < pyproject.toml) $(cksum < uv.lock)"
have=
if [ -x .venv/bin/python ] && [ -f "$stamp" ]; then have=$(cat "$stamp"); fi
lacks=
case "$have" in "$sums"*) ;; *) have=$sums lacks=all ;; esac
for extra in "$@"; do
    case "$have " in *" $extra "*) ;; *) have="$have $extra" lacks=$extra ;; esac
done
if [ -z "$lacks" ]; then exit 0; fi

fail() {
    printf 'tokencheck: %s\n' "$1" >&2
    exit 1
}

[ -w . ] || fail "this folder cannot be written to. Copy the project to one that can, and run make there."

# Without a home of one's own, caches lie in the project.
if [ ! -w "${HOME:-/nonexistent}" ]; then
    HOME=$PWD/.uv/home
    export HOME
    mkdir -p "$HOME"
fi

# A proxy may sign what passes it: then the system's certificates are to be trusted, and uv would take its own.
for store in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    if [ -z "${SSL_CERT_FILE:-}" ] && [ -r "$store" ]; then SSL_CERT_FILE=$store; fi
done
if [ -n "${SSL_CERT_FILE:-}" ]; then export SSL_CERT_FILE; fi

# Named without its address, which may hold a password.
via=
for proxy in HTTPS_PROXY https_proxy ALL_PROXY all_proxy; do
    eval "[ -n \"\${$proxy:-}\" ]" && via=" through the proxy that $proxy names"
done

python=
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$(command -v "$candidate")
        break
    fi
done
[ -n "$python" ] || fail "Python 3.11 or newer is needed and was not found. Install it and run make again."

if command -v uv >/dev/null 2>&1; then
    uv=uv
else
    uv=.uv/bin/uv
    if [ ! -x "$uv" ]; then
        echo "Installing uv into .uv …"
        # --target needs neither the venv module nor write access outside this folder.
        "$python" -m pip --version >/dev/null 2>&1 ||
            fail "Python has no pip. Install it (on Debian: apt-get install python3-pip) and run make again."
        "$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target .uv \
            --only-binary :all: --require-hashes --requirement tools/uv.txt ||
            fail "uv could not be installed. Is the Python package index reachable$via? Then run make again."
    fi
fi

version=$("$python" -c 'import platform; print(platform.python_version())')
echo "Setting up the environment in .venv with Python $version, $python (a minute or two the first time) …"
for extra in "$@"; do
    set -- "$@" --extra "$extra"
    shift
done
UV_PYTHON="$python" UV_PYTHON_DOWNLOADS=never "$uv" sync --quiet --frozen --inexact --all-groups "$@" ||
    fail "the environment could not be installed. Is the Python package index reachable$via? Then run make again."
# Python 3.11 cannot read a name beyond ASCII from here where the locale is POSIX; so the path is relative.
for path in .venv/lib/python3*/site-packages/_editable_impl_tokencheck.pth; do
    if [ -f "$path" ]; then echo ../../../../src > "$path"; fi
done
printf '%s' "$have" > "$stamp"
