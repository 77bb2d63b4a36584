// Writes the seed corpora and the dictionary out of what the project has already: golden vectors,
// the tables of packets, properties and reason codes, the scenarios and profiles. The same files
// each time.
//   fuzz_seeds PROJECT-FOLDER OUTPUT-FOLDER [--sessions]
// With --sessions every scenario is played, too, and written as an input of broker_session.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <set>

#include "fuzz/findings/program_of.hpp"
#include "fuzz/tools/pack.hpp"
#include "reference/codec/choices.hpp"
#include "reference/codec/golden_vectors.hpp"

namespace mqttspec::fuzz {
namespace {

namespace fs = std::filesystem;
using codec::Version;
using namespace std::string_view_literals;

void write(const fs::path& folder, const std::string& name, std::string_view content) {
  write_file(folder / name, content);
}

// Every vector for the target of its version; whole and cut for decode_split; as a stream behind
// our own CONNECT for session_stream.
void write_vectors(const fs::path& project, const fs::path& out) {
  for (const auto& vector : codec::golden::load(project / "corpus/golden")) {
    if (vector.bytes.size() > 4'096) continue;
    const std::string version = vector.version == Version::v5_0     ? "decode_v5"
                                : vector.version == Version::v3_1_1 ? "decode_v311"
                                                                    : "decode_v31";
    std::string name = vector.name;
    for (char& c : name) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '-';
    }
    write(out / version, name, vector.bytes);
    write(out / "decode_split", name, std::string("\0\0\7", 3) + vector.bytes + vector.bytes);
    if (vector.sender == codec::Sender::server) continue;
    const char first = vector.version == Version::v5_0     ? 0
                       : vector.version == Version::v3_1_1 ? 1
                                                           : 2;
    write(out / "session_stream", name, std::string{first, 0} + vector.bytes);
  }
}

// Where an input is a list of choices, any bytes are a good beginning.
void write_choices(const fs::path& out) {
  for (const auto& [target, size] :
       {std::pair("round_trip", 120), std::pair("topic_match", 150),
        std::pair("broker_session", 600), std::pair("broker_twin", 600),
        std::pair("hostile_broker", 400), std::pair("websocket", 300)}) {
    for (int seed = 1; seed <= 24; ++seed) {
      codec::SeededChoices choices(static_cast<std::uint64_t>(seed));
      std::string bytes(static_cast<std::size_t>(size), '\0');
      for (char& byte : bytes) byte = choices.byte();
      write(out / target, fmt::format("seed-{:02}", seed), bytes);
    }
  }
}

void write_texts(const fs::path& project, const fs::path& out) {
  int number = 0;
  for (const std::string_view text :
       {"", "a", "\x01\x7F", "\xC2\x80\xDF\xBF", "\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF",
        "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", "\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80",
        "\xEF\xBB\xBF", "abcdefgh\xC3", "\x7F", "\x80\x01", "\xFF\x7F", "\xFF\xFF\x7F",
        "\xFF\xFF\xFF\x7F", "\xFF\xFF\xFF\xFF\x7F"}) {
    write(out / "utf8_varint", fmt::format("text-{:02}", number++), text);
  }
  for (const auto& entry : fs::recursive_directory_iterator(project / "scenarios")) {
    if (entry.path().extension() != ".json" || entry.file_size() > 12'000) continue;
    const auto folder = entry.path().parent_path().filename();
    if (folder == "schema") continue;
    write(out / (folder == "profiles" ? "profile_json" : "scenario_json"),
          entry.path().stem().string(), read_file(entry.path()));
  }
}

// What was kept of earlier fuzzing: corpus/TARGET/inputs.pack.
void write_corpora(const fs::path& project, const fs::path& out) {
  for (const auto& entry : fs::directory_iterator(project / "corpus")) {
    const fs::path pack = entry.path() / "inputs.pack";
    if (!fs::exists(pack)) continue;
    std::size_t number = 0;
    for (const auto& input : read_pack(pack)) {
      write(out / entry.path().filename(), fmt::format("corpus-{:04}", number++), input);
    }
  }
}

void write_sessions(const fs::path& project, const fs::path& out) {
  for (const auto& entry : fs::recursive_directory_iterator(project / "scenarios")) {
    const auto folder = entry.path().parent_path().filename();
    if (entry.path().extension() != ".json" || folder == "schema" || folder == "profiles") continue;
    std::vector<scenario::Problem> problems;
    auto file = scenario::parse_file(read_file(entry.path()), entry.path().string(), problems);
    if (!file) throw std::runtime_error(to_string(problems.front()));
    std::size_t number = 0;
    const auto shared = std::make_shared<const scenario::File>(std::move(*file));
    for (const auto& instance : scenario::expand(shared, problems)) {
      const auto program = program_of(instance);
      if (!program) continue;
      write(out / "broker_session",
            fmt::format("{}-{}-{:03}", folder.string(), entry.path().stem().string(), number++),
            encode_program(*program));
    }
  }
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  return text;
}

// Property and packet headers, reason codes, and the edges of lengths.
void write_dictionary(const fs::path& out) {
  std::set<std::string> words;
  const auto add = [&](std::string name, std::string_view bytes) {
    words.insert(fmt::format("{}=\"{}\"\n", name, escaped(bytes)));
  };
  for (const auto& row : codec::property_table()) {
    add(fmt::format("property_{}", row.name), std::string{static_cast<char>(row.id)});
  }
  for (const auto& row : codec::reason_code_table()) {
    add(fmt::format("reason_{}", row.name), std::string{static_cast<char>(row.code)});
  }
  for (int type = 1; type < 16; ++type) {
    const auto flags = type == 6 || type == 8 || type == 10 ? 2 : 0;
    add(fmt::format("packet_{}", type), std::string{static_cast<char>(type << 4 | flags)});
  }
  add("name_5_0", "\0\4MQTT\5"sv);
  add("name_3_1_1", "\0\4MQTT\4"sv);
  add("name_3_1", "\0\6MQIsdp\3"sv);
  add("length_127", "\x7F");
  add("length_128", "\x80\x01");
  add("length_16383", "\xFF\x7F");
  add("length_16384", "\x80\x80\x01");
  add("length_max", "\xFF\xFF\xFF\x7F");
  add("share", "$share/g/");
  std::string text = "# Written by fuzz_seeds out of the codec's tables.\n";
  for (const auto& word : words) text += word;
  write(out, "mqtt.dict", text);
}

int main_of(const std::vector<std::string>& arguments) {
  const bool sessions = arguments.size() == 3 && arguments[2] == "--sessions";
  if (arguments.size() != 2 && !sessions) {
    std::cerr << "usage: fuzz_seeds PROJECT-FOLDER OUTPUT-FOLDER [--sessions]\n";
    return 2;
  }
  write_vectors(arguments[0], arguments[1]);
  write_choices(arguments[1]);
  write_texts(arguments[0], arguments[1]);
  write_dictionary(arguments[1]);
  write_corpora(arguments[0], arguments[1]);
  if (sessions) write_sessions(arguments[0], arguments[1]);
  return 0;
}

}  // namespace
}  // namespace mqttspec::fuzz

int main(int argc, char** argv) {
  try {
    return mqttspec::fuzz::main_of(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "fuzz_seeds: " << error.what() << '\n';
    return 2;
  }
}
