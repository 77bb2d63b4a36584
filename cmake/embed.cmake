# Files that travel inside the binary: scenarios, catalogue, report assets.
#
# mqttspec_embed(TARGET NAME files...)
# Compiles the files into TARGET (a library or program with sources). Code then says
#   #include "embedded/NAME.hpp"
#   for (const mqttspec::embedded::File& file : mqttspec::embedded::NAME()) ...
# Files come in the order given; `path` is relative to the project (or to the build folder, for
# files that were made there). An edit of a file rebuilds TARGET; a new file needs a glob with
# CONFIGURE_DEPENDS at the caller. NAME is a C++ identifier, unique in the project.
#
# The same file is the script that writes the .cpp at build time (cmake -P).

if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS "${LIST}" lines)
  set(entries "")
  foreach(line IN LISTS lines)
    string(FIND "${line}" "|" bar)
    string(SUBSTRING "${line}" 0 ${bar} path)
    math(EXPR rest "${bar} + 1")
    string(SUBSTRING "${line}" ${rest} -1 file)
    file(READ "${file}" bytes HEX)
    # Each byte is escaped, so that no content can mean anything to the compiler.
    string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
    string(APPEND entries "    File{\"${path}\"sv, \"${bytes}\"sv},\n")
  endforeach()
  file(WRITE "${OUT}" "#include \"embedded/${NAME}.hpp\"\n
#include <array>\n
#if defined(__clang__)
#pragma clang diagnostic ignored \"-Woverlength-strings\"
#endif\n
namespace mqttspec::embedded {\nnamespace {\n
using namespace std::string_view_literals;
constexpr std::array files{\n${entries}};\n
}  // namespace\n
std::span<const File> ${NAME}() { return files; }\n
}  // namespace mqttspec::embedded\n")
  return()
endif()

set(MQTTSPEC_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")

function(mqttspec_embed target name)
  if(NOT ARGN)
    message(FATAL_ERROR "mqttspec_embed(${target} ${name}): no files")
  endif()
  set(include_dir "${PROJECT_BINARY_DIR}/embed")
  file(CONFIGURE OUTPUT "${include_dir}/embedded/file.hpp" @ONLY CONTENT
"// Made by cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace mqttspec::embedded {

struct File {
  std::string_view path;
  std::string_view content;
};

// nullptr if there is no such path.
[[nodiscard]] inline const File* find(std::span<const File> files, std::string_view path) {
  for (const File& file : files) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

}  // namespace mqttspec::embedded
")
  file(CONFIGURE OUTPUT "${include_dir}/embedded/${name}.hpp" @ONLY CONTENT
"// Made by cmake/embed.cmake.
#pragma once

#include \"embedded/file.hpp\"

namespace mqttspec::embedded {

[[nodiscard]] std::span<const File> ${name}();

}  // namespace mqttspec::embedded
")
  set(list "")
  set(inputs "")
  foreach(file IN LISTS ARGN)
    get_filename_component(file "${file}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    set(base "${PROJECT_SOURCE_DIR}")
    string(FIND "${file}" "${PROJECT_BINARY_DIR}/" in_build)
    if(in_build EQUAL 0)
      set(base "${PROJECT_BINARY_DIR}")
    endif()
    file(RELATIVE_PATH path "${base}" "${file}")
    string(APPEND list "${path}|${file}\n")
    list(APPEND inputs "${file}")
  endforeach()
  file(CONFIGURE OUTPUT "${include_dir}/${name}.list" CONTENT "${list}" @ONLY)
  add_custom_command(
    OUTPUT "${include_dir}/${name}.cpp"
    COMMAND "${CMAKE_COMMAND}" "-DLIST=${include_dir}/${name}.list" "-DNAME=${name}"
      "-DOUT=${include_dir}/${name}.cpp" -P "${MQTTSPEC_EMBED_SCRIPT}"
    DEPENDS ${inputs} "${include_dir}/${name}.list" "${MQTTSPEC_EMBED_SCRIPT}"
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE "${include_dir}/${name}.cpp")
  target_include_directories(${target} PUBLIC "${include_dir}")
endfunction()
