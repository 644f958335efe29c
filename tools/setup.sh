#!/usr/bin/env bash
# Checks that everything is there to build swiftnn and installs what is missing: Debian packages through apt-get, where
# that needs no password, and the Python packages of the build into a virtual environment. Quick if nothing is missing.
#   tools/setup.sh <folder of the virtual environment>
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:-.venv}
swift_needed=6.3

say() { printf '\n==> %s\n' "$*"; }
fail() {
    printf 'swiftnn: %s\n' "$*" >&2
    exit 1
}
# Whether version $1 is $2 or later.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# ---------------------------------------------------------------------------------------------- Swift

command -v swift >/dev/null && command -v swiftc >/dev/null ||
    fail "no swift on PATH. Install Swift $swift_needed or later (https://www.swift.org/install/linux) and add its usr/bin to PATH."
swift_version=$(swiftc -print-target-info 2>/dev/null | sed -n 's/.*"compilerVersion".*Swift version \([0-9.]*\).*/\1/p' || true)
[ -n "$swift_version" ] || fail "'swiftc -print-target-info' fails: the Swift installation at $(command -v swiftc) is not complete."
at_least "$swift_version" "$swift_needed" ||
    fail "Swift $swift_needed or later is needed, $(command -v swift) is Swift $swift_version. Install it from https://www.swift.org/install/linux."

# ---------------------------------------------------------------------------------------------- Debian packages

# The first Python that is new enough. A pyenv shim of a version that is not active is on PATH but does not run.
find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
        if "$candidate" -c 'import sys; sys.exit(sys.implementation.name != "cpython" or sys.version_info < (3, 10))' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}
# What is missing, as Debian packages.
missing_packages() {
    command -v git >/dev/null || echo git
    command -v pkg-config >/dev/null || echo pkg-config
    pkg-config --exists openblas 2>/dev/null || echo libopenblas-dev
    command -v gcc >/dev/null || echo gcc
    [[ "$(gcc -print-file-name=libstdc++.so 2>/dev/null)" == */* ]] || echo g++
    local python
    if ! python=$(find_python); then
        [ -n "${PYTHON:-}" ] || echo python3 python3-dev python3-venv
        return
    fi
    # The headers and ensurepip are packages of their own in Debian; other builds of Python carry them.
    local answer
    answer=$("$python" -c '
import importlib.util, os, sys, sysconfig
if not os.path.exists(os.path.join(sysconfig.get_paths()["include"], "Python.h")): print("dev")
if not all(map(importlib.util.find_spec, ("venv", "ensurepip"))): print("venv")')
    local part name=python3
    [ -z "${PYTHON:-}" ] || name=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    for part in $answer; do
        case $python in
        /usr/bin/*) echo "$name-$part" ;;
        *) fail "$python has no $([ "$part" = dev ] && echo 'Python.h' || echo 'venv module'). Install it completely, or name another Python: PYTHON=/usr/bin/python3 make …" ;;
        esac
    done
}

missing=$(missing_packages | xargs)
if [ -n "$missing" ]; then
    as_root=
    if [ "$(id -u)" != 0 ]; then
        as_root="sudo -n"
        command -v sudo >/dev/null && sudo -n true 2>/dev/null || as_root=no
    fi
    if ! command -v apt-get >/dev/null; then
        fail "missing: $missing (these are Debian's names). Install them with the system's package manager and try again."
    elif [ "$as_root" = no ]; then
        fail "missing Debian packages. Install them with: sudo apt-get install $missing"
    fi
    say "Installing Debian packages: $missing"
    # A new machine has no package lists, or old ones.
    install="env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends $missing"
    $as_root $install >/dev/null 2>&1 || { $as_root apt-get update -qq && $as_root $install >/dev/null; } ||
        fail "apt-get could not install: $missing. Its messages stand above."
    missing=$(missing_packages | xargs)
    [ -z "$missing" ] || fail "still missing after apt-get: $missing."
fi

# ---------------------------------------------------------------------------------------------- the environment

python=$(find_python) ||
    fail "no CPython 3.10 or later found${PYTHON:+ at $PYTHON}. Install python3, or name one: PYTHON=/path/to/python3 make …"
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    say "Creating $venv with $python"
    rm -rf "$venv"
    "$python" -m venv "$venv" || fail "'$python -m venv $venv' failed. On Debian: sudo apt-get install python3-venv"
fi
# What `pip install` of pyproject.toml would put into a build environment of its own, kept for the next build.
stamp=$venv/.swiftnn-setup
if ! cmp -s tools/build-requirements.txt "$stamp"; then
    say "Installing the build tools from PyPI into $venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r tools/build-requirements.txt ||
        fail "pip could not install the packages of tools/build-requirements.txt. Is the network there?"
    cp tools/build-requirements.txt "$stamp"
fi
