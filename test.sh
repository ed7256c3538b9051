#!/usr/bin/env bash
# Installs what the tests need (Debian packages), starts it, runs every test and ends with a line "N passed, N failed".
# Arguments go to `dotnet test`, for example: ./test.sh --filter FullyQualifiedName~Invitations
set -uo pipefail
cd "$(dirname "$0")"
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install() {
  local missing=()
  command -v chromium >/dev/null || missing+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing ${missing[*]}"
  as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Builds with warnings as errors and runs the whole suite on one engine.
suite() {
  local engine=$1; shift
  echo "== The $engine engine"
  dotnet restore Portal.sln -p:PortalEngine="$engine" -v q --nologo || return 1
  dotnet build Portal.sln --no-restore -c Release -p:PortalEngine="$engine" -v q --nologo || return 1
  PORTAL_TESTS_POSTGRES=1 PORTAL_TESTS_BROWSER=1 dotnet test Portal.sln --no-build -c Release -p:PortalEngine="$engine" -m:1 --nologo \
    --logger "trx" --results-directory "$results/$engine" --logger "console;verbosity=minimal" "$@"
}

count() { cat "$results"/*/*.trx 2>/dev/null | grep -o "<Counters [^>]*" | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'; }

install || { echo "What the tests need could not be installed."; exit 1; }
failed=0
dotnet restore Portal.sln -v q --nologo && dotnet format Portal.sln --no-restore --verify-no-changes || { echo "Formatting differs: run dotnet format."; failed=1; }
suite embedded "$@" || failed=1
if dotnet restore src/Silo -p:PortalEngine=orleans -v q --nologo >/dev/null 2>&1; then
  suite orleans "$@" || failed=1
else
  echo "== The orleans engine was not tested: its packages can't be restored from the package sources of this machine."
fi

passed=$(count passed)
failures=$(count failed)
# A build or formatting error is a failure too, though no test counted it.
[ "$failed" = 1 ] && [ "$failures" = 0 ] && failures=1
echo "$passed passed, $failures failed"
[ "$failures" = 0 ] && [ "$passed" -gt 0 ]
