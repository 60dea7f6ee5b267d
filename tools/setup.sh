#!/bin/sh
# Build the environment .venv from pinned, hashed requirements, and do nothing when it is up to date.
#
#   tools/setup.sh run    what the program needs
#   tools/setup.sh dev    the same and what its tests need
#
# PYTHON names the interpreter (default python3; an environment that is up to date is kept as it is).
# Whatever stands in the way is said in one sentence, and the exit code is 2.
set -eu

wanted=${1:-run}
named=${PYTHON:-}
venv=.venv
log=$venv/setup.log

refuse() {
    printf '%s\n' "$1" >&2
    exit 2
}

cd "$(dirname "$0")/.." || refuse "The folder of the project cannot be entered."
here=$(pwd -P)

case $wanted in
    run | dev) ;;
    *) refuse "tools/setup.sh knows the environments run and dev, not $wanted." ;;
esac

# --- which Python -------------------------------------------------------------------------------

version_of() {
    "$1" -c 'import sys; print("%d.%d.%d" % tuple(sys.version_info[:3]))' 2>/dev/null
}

new_enough() {
    case $1 in
        3.[0-9].* | 3.10.* | [0-2].*) return 1 ;;
    esac
}

newer_python() {
    for candidate in python3.14 python3.13 python3.12 python3.11; do
        if found=$(version_of "$candidate") && new_enough "$found"; then
            printf '%s' "$candidate"
            return
        fi
    done
    printf '/path/to/python3.12'
}

require_python() {
    python=${named:-python3}
    if ! version=$(version_of "$python"); then
        refuse "Knutpunkt needs Python 3.11 or later, but $python cannot be run; install Python or name one: make setup PYTHON=$(newer_python)"
    fi
    if ! new_enough "$version"; then
        refuse "Knutpunkt needs Python 3.11 or later, but $python is $version; name a newer one: make setup PYTHON=$(newer_python)"
    fi
}

# --- is there anything to do --------------------------------------------------------------------

# What the environment was made from: when one of these changes, it is made again.
fingerprint() {
    cat pyproject.toml requirements/build.txt "requirements/$1.txt" | cksum
}

python_of_venv() {
    sed -n 's/^version\(_info\)\{0,1\} *= *\([0-9]*\.[0-9]*\).*/\2/p' $venv/pyvenv.cfg 2>/dev/null | head -n 1
}

stamp_fits() {
    [ -x $venv/bin/python ] && [ -x $venv/bin/knutpunkt ] && [ -f "$venv/.made-for-$1" ] &&
        [ "$(cat "$venv/.made-for-$1")" = "$here $(fingerprint "$1")" ]
}

up_to_date() {
    # The tests' environment holds everything the program needs.
    stamp_fits "$wanted" || { [ "$wanted" = run ] && stamp_fits dev; }
}

moved_from_elsewhere() {
    for stamp in "$venv"/.made-for-*; do
        [ -f "$stamp" ] || continue
        case $(cat "$stamp") in
            "$here "*) ;;
            *) return 0 ;;
        esac
    done
    return 1
}

# --- making it ----------------------------------------------------------------------------------

refuse_for_the_log() {
    if grep -Eiq 'hash mismatch|do not match the hashes' "$log"; then
        refuse "A downloaded package is not the one recorded in requirements/, so nothing was installed; see $log."
    fi
    if grep -Eiq 'dns error|resolve host|name resolution|failed to connect|connect error|connection|timed out|unreachable|network' "$log"; then
        refuse "The packages could not be fetched because the package index cannot be reached; check the network and run make again (details in $log)."
    fi
    if grep -Eiq 'no space left|read-only file system|permission denied' "$log"; then
        refuse "The environment could not be written to $here/$venv: the disk is full or read-only (details in $log)."
    fi
    refuse "The environment could not be built; the reason is in $log."
}

have_uv() {
    uv=$(command -v uv || printf '%s' "$here/$venv/bin/uv")
    "$uv" --version >/dev/null 2>&1
}

make_venv() {
    if [ -x $venv/bin/python ]; then
        return
    fi
    if have_uv; then
        "$uv" venv --quiet --allow-existing --python "$python" $venv >>$log 2>&1 || refuse_for_the_log
        return
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        refuse "$python cannot make environments because its venv module is missing; install it (Debian and Ubuntu: apt install python3-venv) and run make again."
    fi
    "$python" -m venv $venv >>$log 2>&1 || refuse_for_the_log
    $venv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt >>$log 2>&1 || true
}

pip_for_venv() {
    if $venv/bin/python -m pip --version >/dev/null 2>&1; then
        $venv/bin/python -m pip "$@"
    else
        "$python" -m pip --python $venv/bin/python "$@"
    fi
}

# uv is fast; pip is the way out where only pip is told of a mirror.
install() {
    if have_uv && "$uv" pip install --quiet --python $venv/bin/python "$@" >>$log 2>&1; then
        return
    fi
    pip_for_venv install --quiet --retries 1 --timeout 20 "$@" >>$log 2>&1 || refuse_for_the_log
}

require_writable() {
    to_write=.
    if [ -e $venv ]; then
        to_write=$venv
    fi
    if ! [ -w $to_write ]; then
        refuse "The folder $here is read-only; copy the project to a folder you may write to and run make there."
    fi
}

make_environment() {
    mkdir -p $venv
    : >$log
    printf 'Building the environment in %s (%s) ...\n' "$venv" "$wanted"
    make_venv
    install --require-hashes -r requirements/build.txt -r "requirements/$wanted.txt"
    install --no-deps --no-build-isolation --editable .
    printf '%s %s\n' "$here" "$(fingerprint "$wanted")" >"$venv/.made-for-$wanted"
}

same_python() {
    case $version in
        "$(python_of_venv)".*) return 0 ;;
    esac
    return 1
}

# An environment is kept when it can be: its own Python serves unless another was named.
keep_or_remove_venv() {
    if moved_from_elsewhere || { [ -n "$named" ] && ! same_python; }; then
        rm -rf $venv
    fi
    if [ -z "$named" ] && version=$(version_of $venv/bin/python) && new_enough "$version"; then
        python=$here/$venv/bin/python
        return
    fi
    require_python
    if ! same_python; then
        rm -rf $venv
    fi
}

export UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1

if up_to_date; then
    if [ -z "$named" ]; then
        exit 0
    fi
    require_python
    if same_python; then
        exit 0
    fi
fi
require_writable
if [ -n "$named" ]; then
    require_python
fi
keep_or_remove_venv
make_environment
