#!/usr/bin/env bash
# Runs fuzz targets:
#   fuzz/run.sh                           each target for 60 s
#   fuzz/run.sh broker_session --time 10m one target; s, m or h
# Inputs that reach something new are kept in build/fuzz/found/TARGET and used again; an input that
# breaks a property is written to build/fuzz/findings/ with the command that replays it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/packages.sh

seconds=60
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --time)
      if ! [[ ${2:-} =~ ^([0-9]+)([smh]?)$ ]]; then
        complain "--time wants 60s, 10m or 1h"
        exit 2
      fi
      case ${BASH_REMATCH[2]} in m) unit=60 ;; h) unit=3600 ;; *) unit=1 ;; esac
      seconds=$((BASH_REMATCH[1] * unit))
      shift 2
      ;;
    -h | --help) sed -n '2,6s/^# \{0,1\}//p' fuzz/run.sh; exit 0 ;;
    -*) complain "$1: unknown option; see fuzz/run.sh --help"; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done

# shellcheck disable=SC2086 # lists of words
install_packages $BUILD_PACKAGES $TEST_BUILD_PACKAGES ||
  complain "Trying to build with what there is."
mkdir -p build
# shellcheck disable=SC2046
cmake --preset fuzz $(cmake_options) > build/fuzz.log
known=$(cat build/fuzz/fuzz/targets.txt)
[ ${#targets[@]} -gt 0 ] || read -ra targets <<< "$(echo $known)"
for target in "${targets[@]}"; do
  [[ " $(echo $known) " == *" $target "* ]] ||
    { complain "$target: no such target. There are:" $known; exit 2; }
done
if ! cmake --build --preset fuzz -j "$(build_jobs 1.5)" --target fuzz_seeds "${targets[@]}" \
  >> build/fuzz.log 2>&1; then
  grep -E -A12 'error|warning|FAILED' build/fuzz.log | head -n 60 >&2
  complain "The build failed; the whole of its output is in build/fuzz.log."
  exit 2
fi
build/fuzz/fuzz/tools/fuzz_seeds . build/fuzz/seeds
status=0
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/found/$target" build/fuzz/findings
  inputs=("build/fuzz/found/$target" "build/fuzz/seeds/$target")
  [ ! -d "corpus/$target" ] || inputs+=("corpus/$target")
  say "== $target, $seconds s"
  if ! "build/fuzz/fuzz/targets/$target" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 \
    -dict=build/fuzz/seeds/mqtt.dict -artifact_prefix="build/fuzz/findings/$target-" \
    -print_final_stats=1 "${inputs[@]}" > "build/fuzz/$target.log" 2>&1; then
    status=1
    grep -A40 'does not hold' "build/fuzz/$target.log" | head -n 60 ||
      tail -n 40 "build/fuzz/$target.log"
    complain "$target found something; to see it again:" \
      "build/fuzz/fuzz/targets/$target build/fuzz/findings/$target-..."
  fi
  grep -E 'stat::(number_of_executed_units|average_exec_per_sec)' "build/fuzz/$target.log" || true
done
exit $status
