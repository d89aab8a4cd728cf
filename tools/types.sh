#!/bin/sh
# Checks the TypeScript of the workspace and of the chat with the strict compiler. Only a check: nothing is built with it. Needs npm; the
# compiler is kept outside the tree.
set -eu
version=7.0.2
cache="${XDG_CACHE_HOME:-$HOME/.cache}/balie/typescript-$version"
here=$(cd "$(dirname "$0")" && pwd)
command -v npm >/dev/null 2>&1 || { echo "types: npm is not installed; apt-get install npm" >&2; exit 1; }
[ -x "$cache/node_modules/.bin/tsc" ] || npm install --silent --no-fund --no-audit --prefix "$cache" "typescript@$version"
"$cache/node_modules/.bin/tsc" --noEmit -p "$here/../web/agent/ui/tsconfig.json"
exec "$cache/node_modules/.bin/tsc" --noEmit -p "$here/../web/customer/widget/tsconfig.json"
