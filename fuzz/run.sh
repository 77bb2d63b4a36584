#!/usr/bin/env bash
# Runs fuzz targets:
#   fuzz/run.sh                           each target for 60 s
#   fuzz/run.sh broker_session --time 10m one target; s, m or h
#   fuzz/run.sh --minimise broker_session keeps the fewest inputs that reach all that is reached, of
#                                         those found and those kept: corpus/TARGET/inputs.pack
# Inputs that reach something new are kept in build/fuzz/found/TARGET and used again; an input that
# breaks a property is written to build/fuzz/findings/ with the command that replays it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. .ci/packages.sh

seconds=60
minimise=no
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
    --minimise) minimise=yes; shift ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' fuzz/run.sh; exit 0 ;;
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
if ! cmake --build --preset fuzz -j "$(build_jobs 1.5)" \
  --target fuzz_seeds fuzz_pack "${targets[@]}" \
  >> build/fuzz.log 2>&1; then
  grep -E -A12 'error|warning|FAILED' build/fuzz.log | head -n 60 >&2
  complain "The build failed; the whole of its output is in build/fuzz.log."
  exit 2
fi
rm -rf build/fuzz/seeds
build/fuzz/fuzz/tools/fuzz_seeds . build/fuzz/seeds --sessions
if [ $minimise = yes ]; then
  for target in "${targets[@]}"; do
    kept=build/fuzz/minimised/$target
    rm -rf "$kept"
    mkdir -p "$kept" "build/fuzz/found/$target"
    "build/fuzz/fuzz/targets/$target" -set_cover_merge=1 -timeout=20 -rss_limit_mb=2048 "$kept" \
      "build/fuzz/found/$target" "build/fuzz/seeds/$target" > "build/fuzz/$target.log" 2>&1 || {
      tail -n 20 "build/fuzz/$target.log"
      complain "$target cannot be minimised."
      exit 1
    }
    mkdir -p "corpus/$target"
    say "$target: $(build/fuzz/fuzz/tools/fuzz_pack pack "$kept" "corpus/$target/inputs.pack")"
  done
  exit 0
fi
status=0
for target in "${targets[@]}"; do
  mkdir -p "build/fuzz/found/$target" build/fuzz/findings
  inputs=("build/fuzz/found/$target" "build/fuzz/seeds/$target")
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
