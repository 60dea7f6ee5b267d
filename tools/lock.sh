#!/bin/sh
# Pin every requirement with its hashes for all platforms; no address of an index is written.
# Arguments go to the resolver: tools/lock.sh --upgrade, tools/lock.sh --upgrade-package django
set -eu
cd "$(dirname "$0")/.."

uv=$(command -v uv || printf '.venv/bin/uv')
if ! "$uv" --version >/dev/null 2>&1; then
    printf 'Locking needs uv; install it with: python3 -m pip install uv\n' >&2
    exit 2
fi

pin() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url "$@"
}

pin pyproject.toml --output-file requirements/run.txt "$@"
pin pyproject.toml --group dev --constraints requirements/run.txt --output-file requirements/dev.txt "$@"
printf 'hatchling>=1.27\neditables>=0.5\n' | pin - --output-file requirements/build.txt "$@"
printf 'uv>=0.9\n' | pin - --output-file requirements/uv.txt "$@"
