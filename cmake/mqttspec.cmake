# How every part of mqttspec is built: one static library a folder, and beside it one test program
# out of the folder's *_test.cpp. Sources are found by name, so that adding a file needs no edit.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG") # -O3 gives false memcpy warnings under g++ 12

add_library(mqttspec_flags INTERFACE)
# Packets are aggregates whose members have defaults: Puback{7} is meant, so one warning is off.
target_compile_options(mqttspec_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict> # GCC bug 105651: "a" + string
  $<$<BOOL:${MQTTSPEC_WERROR}>:-Werror>)
target_include_directories(mqttspec_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(MQTTSPEC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=address,undefined)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ 12 loses track of variants between its own checks; plain builds keep the warning.
    add_compile_options(-Wno-maybe-uninitialized)
  endif()
endif()
if(MQTTSPEC_FUZZ AND NOT DEFINED ENV{LIB_FUZZING_ENGINE})
  add_compile_options(-fsanitize=fuzzer-no-link) # OSS-Fuzz sets its own in CXXFLAGS
  if(NOT MQTTSPEC_SANITIZE)
    # Programs without a fuzzer need somebody to define what the instrumentation calls.
    add_link_options(-fsanitize=undefined)
  endif()
endif()

# mqttspec_library(NAME [LINK libraries...] [TEST_LINK libraries...])
# Library mqttspec_NAME out of this folder's *.cpp (main.cpp, *_test.cpp and *_bench.cpp aside), and
# the test program NAME_test. A folder of headers only becomes an interface library. Each test is
# run by itself, or, with TESTS_SHARE_A_RUN, all in one process: for those that share something
# costly.
function(mqttspec_library name)
  cmake_parse_arguments(ARG "TESTS_SHARE_A_RUN" "" "LINK;TEST_LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cpp$")
  if(sources)
    add_library(mqttspec_${name} STATIC ${sources})
    target_link_libraries(mqttspec_${name} PRIVATE mqttspec_flags PUBLIC ${ARG_LINK})
    target_include_directories(mqttspec_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  else()
    add_library(mqttspec_${name} INTERFACE)
    target_link_libraries(mqttspec_${name} INTERFACE ${ARG_LINK})
    target_include_directories(mqttspec_${name} INTERFACE ${PROJECT_SOURCE_DIR})
  endif()
  if(MQTTSPEC_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE mqttspec_flags mqttspec_${name} ${ARG_TEST_LINK}
      GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name}_test PRIVATE MQTTSPEC_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
      MQTTSPEC_BINARY_DIR="${PROJECT_BINARY_DIR}")
    if(ARG_TESTS_SHARE_A_RUN)
      add_test(NAME ${name}_test COMMAND ${name}_test)
      set_tests_properties(${name}_test PROPERTIES TIMEOUT 900)
    else()
      gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
    endif()
  endif()
  if(MQTTSPEC_BENCHMARKS AND benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE mqttspec_flags mqttspec_${name}
      benchmark::benchmark)
  endif()
endfunction()
