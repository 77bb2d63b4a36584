// Writes the seed corpora and the dictionary out of what the project has already: golden vectors,
// the tables of packets, properties and reason codes, the scenarios and profiles. The same files
// each time.
//   fuzz_seeds PROJECT-FOLDER OUTPUT-FOLDER
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "reference/codec/choices.hpp"
#include "reference/codec/golden_vectors.hpp"

namespace mqttspec::fuzz {
namespace {

namespace fs = std::filesystem;
using codec::Version;
using namespace std::string_view_literals;

void write(const fs::path& folder, const std::string& name, std::string_view content) {
  fs::create_directories(folder);
  std::ofstream file(folder / name, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file) throw std::runtime_error((folder / name).string() + ": cannot be written");
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
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
          entry.path().stem().string(), read(entry.path()));
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
  if (arguments.size() != 2) {
    std::cerr << "usage: fuzz_seeds PROJECT-FOLDER OUTPUT-FOLDER\n";
    return 2;
  }
  write_vectors(arguments[0], arguments[1]);
  write_choices(arguments[1]);
  write_texts(arguments[0], arguments[1]);
  write_dictionary(arguments[1]);
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
