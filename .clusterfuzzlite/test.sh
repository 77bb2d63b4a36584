#!/usr/bin/env bash
# Runs build.sh as OSS-Fuzz would, without Docker, and looks at what lands in $OUT:
#   .clusterfuzzlite/test.sh                                  all targets, address sanitizer
#   .clusterfuzzlite/test.sh --sanitizer undefined decode_v5  another sanitizer, some targets
# Every target must be there with a corpus that can be unpacked and options whose dictionary
# exists, find its libraries from within $OUT, and run on its corpus. --keep FOLDER works in FOLDER,
# so that a second run builds only what changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sanitizer=address
folder=
targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --sanitizer) sanitizer=$2; shift 2 ;;
    --keep) folder=$2; shift 2 ;;
    -*) echo "$1: unknown option" >&2; exit 2 ;;
    *) targets+=("$1"); shift ;;
  esac
done
common="-O1 -fno-omit-frame-pointer -gline-tables-only"
fuzzed="$common -fsanitize=fuzzer-no-link"
case $sanitizer in
  address) flags="$fuzzed -fsanitize=address -fsanitize-address-use-after-scope" ;;
  undefined) flags="$fuzzed -fsanitize=undefined -fno-sanitize-recover=undefined" ;;
  coverage) flags="$common -fprofile-instr-generate -fcoverage-mapping -pthread" ;;
  *) echo "$sanitizer: no such sanitizer; address, undefined or coverage" >&2; exit 2 ;;
esac
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder/src" "$folder/work"
folder=$(cd "$folder" && pwd)
rm -rf "$folder/out" "$folder/elsewhere"
mkdir "$folder/out"
ln -sfn "$PWD" "$folder/src/mqttspec"
launcher=
if command -v ccache > /dev/null; then launcher=ccache; fi
env SRC="$folder/src" WORK="$folder/work" OUT="$folder/out" SANITIZER="$sanitizer" \
  CC=clang CXX=clang++ CFLAGS="$flags" CXXFLAGS="$flags" LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
  CXX_LAUNCHER="$launcher" MQTTSPEC_FUZZ_TARGETS="${targets[*]}" .clusterfuzzlite/build.sh

[ ${#targets[@]} -gt 0 ] ||
  read -ra targets <<< "$(tr '\n' ' ' < "$folder/work/mqttspec/fuzz/targets.txt")"
# The targets are used on machines that have nothing else: from another folder, as OSS-Fuzz does.
mv "$folder/out" "$folder/elsewhere"
wrong() { echo "$*" >&2; exit 1; }
cd "$folder/elsewhere"
for target in "${targets[@]}"; do
  [ -x "$target" ] || wrong "$target was not built"
  dictionary=$(sed -n 's/^dict = //p' "$target.options")
  grep -q '="' "$dictionary" ||
    wrong "$target.options names the dictionary $dictionary, which is empty"
  mkdir -p corpus/"$target"
  unzip -q -o "${target}_seed_corpus.zip" -d corpus/"$target" || wrong "$target has no corpus"
  ! ldd "$target" | grep 'not found' || wrong "$target does not find its libraries"
  "./$target" -runs=0 -dict="$dictionary" corpus/"$target" > log 2>&1 ||
    { tail -n 30 log >&2; wrong "$target fails on its own corpus"; }
  executed=$(sed -n 's/^#\([0-9]*\)[[:space:]]*DONE.*/\1/p; s/^Done \([0-9]*\) runs.*/\1/p' log |
    tail -n 1)
  [ "${executed:-0}" -gt 1 ] || wrong "$target ran nothing"
  echo "$target: $(find corpus/"$target" -type f | wc -l) seeds, ${executed} executed"
done
