#include "fuzz/tools/pack.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace mqttspec::fuzz {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view head = "MQTTSPEC CORPUS\n";
constexpr std::size_t length_size = 4;

}  // namespace

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view content) {
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
}

std::vector<std::string> read_pack(const fs::path& file) {
  const std::string text = read_file(file);
  if (!text.starts_with(head)) throw std::runtime_error(file.string() + ": is no packed corpus");
  std::vector<std::string> inputs;
  for (std::size_t at = head.size(); at < text.size();) {
    std::size_t size = 0;
    if (text.size() - at >= length_size) {
      for (std::size_t i = 0; i < length_size; ++i) {
        size = size << 8U | static_cast<unsigned char>(text[at + i]);
      }
    }
    if (text.size() - at < length_size || text.size() - at - length_size < size) {
      throw std::runtime_error(file.string() + ": is cut off");
    }
    inputs.push_back(text.substr(at + length_size, size));
    at += length_size + size;
  }
  return inputs;
}

void write_pack(const fs::path& file, std::vector<std::string> inputs) {
  std::sort(inputs.begin(), inputs.end());
  inputs.erase(std::unique(inputs.begin(), inputs.end()), inputs.end());
  std::string text(head);
  for (const std::string& input : inputs) {
    for (std::size_t shift = 8 * length_size; shift > 0; shift -= 8) {
      text += static_cast<char>(input.size() >> (shift - 8) & 0xFFU);
    }
    text += input;
  }
  write_file(file, text);
}

}  // namespace mqttspec::fuzz
