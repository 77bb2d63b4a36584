#!/bin/bash -eu
# Builds every fuzz target the way OSS-Fuzz and ClusterFuzzLite ask: compilers, flags and engine
# come from $CC, $CXX, $CXXFLAGS and $LIB_FUZZING_ENGINE; into $OUT go the targets, for each its
# seeds as <target>_seed_corpus.zip and its options, the dictionary, and the shared libraries that a
# bare machine has not. $MQTTSPEC_FUZZ_TARGETS builds only those named; $MQTTSPEC_FUZZ_SEEDS is a
# fuzz_seeds that need not be built.
source=${SRC:?}/mqttspec
build=${WORK:?}/mqttspec
: "${OUT:?}" "${CXX:?}" "${LIB_FUZZING_ENGINE:?}"

# A system's libfmt is built for another C++ library than $CXXFLAGS may ask for: its headers serve.
export CXXFLAGS="${CXXFLAGS:-} -DFMT_HEADER_ONLY"
# CMAKE_BUILD_TYPE None: no flags but those given. Warnings of newer compilers stop no fuzzer.
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None -DMQTTSPEC_WERROR=OFF \
  -DMQTTSPEC_TESTS=OFF -DMQTTSPEC_FUZZ=ON -DCMAKE_BUILD_RPATH='$ORIGIN/lib' \
  -DCMAKE_CXX_COMPILER_LAUNCHER="${CXX_LAUNCHER:-}"
read -ra targets <<< "${MQTTSPEC_FUZZ_TARGETS:-$(tr '\n' ' ' < "$build/fuzz/targets.txt")}"
seeds=${MQTTSPEC_FUZZ_SEEDS:-$build/fuzz/tools/fuzz_seeds}
[ -n "${MQTTSPEC_FUZZ_SEEDS:-}" ] || cmake --build "$build" --target fuzz_seeds
cmake --build "$build" --target "${targets[@]}"
"$seeds" "$source" "$build/seeds"

mkdir -p "$OUT/lib"
cp "$build/seeds/mqtt.dict" "$OUT/mqtt.dict"
for target in "${targets[@]}"; do
  cp "$build/fuzz/targets/$target" "$OUT/"
  printf '[libfuzzer]\ndict = mqtt.dict\ntimeout = 20\n' > "$OUT/$target.options"
  rm -f "$OUT/${target}_seed_corpus.zip"
  find "$build/seeds/$target" -type f -print | zip -q -j "$OUT/${target}_seed_corpus.zip" -@
  ldd "$OUT/$target" | awk '$2 == "=>" && $3 ~ /^\// { print $3 }' |
    grep -Ev '/(libc|libm|libgcc_s|libpthread|libdl|librt|libresolv)\.so' |
    while read -r library; do
      [ -e "$OUT/lib/${library##*/}" ] || cp -L "$library" "$OUT/lib/"
    done
done
