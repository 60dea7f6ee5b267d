#!/bin/sh
# Measure every headline figure: one file of bench/ after the other, each in its own process.
set -eu
cd "$(dirname "$0")/.."

for file in bench/*.py; do
    if [ ! -e "$file" ]; then
        printf 'bench/ holds nothing to measure yet.\n'
        exit 0
    fi
    printf '\n%s\n' "$file"
    .venv/bin/python "$file"
done
