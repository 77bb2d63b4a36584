#!/usr/bin/env bash
# Tests every broker that has a profile and that can be started here, and publishes the reports under
# reports/published:
#   reports/publish.sh                         all of scenarios/profiles
#   reports/publish.sh mosquitto rabbitmq      only these
# A broker that is not installed is named and left as it was published before. MQTTSPEC names the
# program to use; without it the release build is brought up to date.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/packages.sh

# The brokers, unpacked as ./test.sh does it, and the reference broker.
PATH=$PWD/build/release/reference/server:$PATH:/usr/sbin
unpack_mosquitto "$PWD/build/tools" || complain "There will be no mosquitto."
unpack_erlang_brokers "$PWD/build/tools" || complain "There will be no ejabberd and no RabbitMQ."
fetch_aedes "$PWD/build/tools/aedes" || complain "There will be no aedes."
if [ -z "${MQTTSPEC:-}" ]; then
  mkdir -p build
  # shellcheck disable=SC2046
  if ! { cmake --preset release $(cmake_options) &&
    cmake --build --preset release -j "$(build_jobs 1.5)"; } > build/publish.log 2>&1; then
    complain "The build failed; the whole of its output is in build/publish.log."
    exit 2
  fi
  MQTTSPEC=$PWD/build/release/conformance/cli/mqttspec
else
  PATH=$(dirname "$MQTTSPEC")/../../reference/server:$PATH
fi

profiles=("$@")
if [ $# = 0 ]; then
  for file in scenarios/profiles/*.json; do profiles+=("$(basename "$file" .json)"); done
fi
into=$(mktemp -d)
trap 'rm -rf "$into"' EXIT
export MQTTSPEC_COMMAND=./run.sh # which is how a reader runs the same
results=()
left_out=0
for name in "${profiles[@]}"; do
  say "$name: testing"
  timeout 1200 "$MQTTSPEC" run --profile "scenarios/profiles/$name.json" --quiet \
    --json "$into/$name.json" > "$into/$name.log" 2>&1
  ended=$?
  tail -n 1 "$into/$name.log"
  # 1 is a broker that has faults, which is worth publishing; 2 is a run that says too little.
  if [ $ended -le 1 ] && [ -s "$into/$name.json" ]; then
    results+=("$into/$name.json")
  else
    complain "$name: not published (exit code $ended):"
    tail -n 5 "$into/$name.log" >&2
    left_out=$((left_out + 1))
  fi
done
[ ${#results[@]} != 0 ] || exit 2
"$MQTTSPEC" publish "${results[@]}" || exit 2
[ $left_out = 0 ] || complain "$left_out of ${#profiles[@]} brokers were left out; see above."
