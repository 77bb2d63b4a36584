#!/usr/bin/env bash
# Everything that has to hold before a change lands: builds with g++ (sanitized), clang and for
# release, without warnings, then all tests. Installs what is missing of Debian's packages; no
# service is started. Tests whose tools are not there are skipped, and named; with
# MQTTSPEC_NO_SKIPS=1 that is a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. .ci/packages.sh

# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES $TEST_BUILD_PACKAGES ||
  complain "Trying to build with what there is."
# shellcheck disable=SC2086
install_packages $TEST_TOOL_PACKAGES || complain "Tests that need these tools will be skipped."
unpack_mosquitto "$PWD/build/tools" || complain "Tests that need mosquitto will be skipped."
unpack_erlang_brokers "$PWD/build/tools" ||
  complain "Tests that need ejabberd or RabbitMQ will be skipped."
# Where node comes from elsewhere, Debian's npm conflicts with it: what counts is the command.
for tool in node npm; do
  command -v $tool >/dev/null && continue
  package=$tool
  [ $tool = node ] && package=nodejs
  install_packages $package || complain "Tests that need $tool will be skipped."
done
if [ "${MQTTSPEC_NO_SKIPS:-0}" = 1 ]; then
  for tool in mosquitto mosquitto_sub erl tshark python3 chromium node npm clang-format; do
    command -v $tool >/dev/null && continue
    complain "$tool is missing, and MQTTSPEC_NO_SKIPS is set."
    exit 1
  done
fi

build() { # PRESET [GB per job]
  local begun=$SECONDS
  # shellcheck disable=SC2046
  cmake --preset "$1" $(cmake_options) > "build/$1.log"
  if ! cmake --build --preset "$1" -j "$(build_jobs "${2:-1.5}")" >> "build/$1.log" 2>&1; then
    grep -E -A12 'error|warning|FAILED' "build/$1.log" | head -n 80 >&2
    complain "The $1 build failed; the whole of its output is in build/$1.log."
    exit 1
  fi
  say "$1 build: $((SECONDS - begun)) s"
}
mkdir -p build
build release
build clang
build sanitize 2

# What only clang builds, the fuzz targets, for a short time each, and what would take too long with
# sanitizers: all mutants. Then everything else.
jobs=$(nproc)
ctest --test-dir build/clang -L 'fuzz|whole' -j "$jobs" --output-on-failure
status=0
ctest --test-dir build/sanitize -j "$jobs" --output-on-failure --output-junit tests.xml || status=$?
skipped=$(grep -c '<skipped' build/sanitize/tests.xml || true)
if [ "$status" = 0 ] && [ "${MQTTSPEC_NO_SKIPS:-0}" = 1 ] && [ "$skipped" != 0 ]; then
  complain "$skipped tests were skipped, and MQTTSPEC_NO_SKIPS is set."
  status=1
fi
exit "$status"
