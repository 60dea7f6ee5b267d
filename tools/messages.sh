#!/bin/sh
# Gather the texts to translate from code and templates into the Swedish catalogue and compile it.
set -eu
cd "$(dirname "$0")/.."

if ! command -v xgettext >/dev/null 2>&1; then
    printf 'Gathering texts needs GNU gettext; install it (Debian and Ubuntu: apt install gettext).\n' >&2
    exit 2
fi

python=$PWD/.venv/bin/python
KNUTPUNKT_HOME=${KNUTPUNKT_HOME:-$PWD/var}
DJANGO_SETTINGS_MODULE=knutpunkt.web.settings
export KNUTPUNKT_HOME DJANGO_SETTINGS_MODULE

cd src/knutpunkt
"$python" -m django makemessages --locale sv --add-location file --no-obsolete --verbosity 0
"$python" -m django compilemessages --locale sv --verbosity 0
