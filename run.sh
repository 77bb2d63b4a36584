#!/usr/bin/env bash
# Builds mqttspec and tests a broker with it:
#   ./run.sh                          the built-in reference broker, in virtual time
#   ./run.sh mqtt://127.0.0.1:1883    a broker that is running
# All arguments go to `mqttspec run` (see `mqttspec run --help`). The report is
# reports/latest/index.html.
# On a fresh Debian 12 it installs the packages that the build needs, and nothing else.
set -euo pipefail
called_from=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
. .ci/packages.sh

# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES || complain "Trying to build with what there is."
mkdir -p build
# shellcheck disable=SC2046
if ! { cmake --preset release $(cmake_options) &&
  cmake --build --preset release -j "$(build_jobs 1.5)"; } > build/run.log 2>&1; then
  tail -n 40 build/run.log >&2
  complain "The build failed; the whole of its output is in build/run.log."
  exit 2
fi

top=$PWD
out=(--out "$top/reports/latest")
[ "$called_from" != "$top" ] || out=(--out reports/latest)
for argument in "$@"; do
  case $argument in --out | --out=* | -h | --help) out=() ;; esac
done
export MQTTSPEC_COMMAND=${MQTTSPEC_COMMAND:-$0}
cd "$called_from" # so that relative paths among the arguments mean what they say
exec "$top/build/release/conformance/cli/mqttspec" run "$@" "${out[@]}"
