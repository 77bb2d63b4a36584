#include "conformance/report/deflate.hpp"

#include <algorithm>
#include <boost/beast/zlib/deflate_stream.hpp>
#include <boost/beast/zlib/inflate_stream.hpp>
#include <boost/crc.hpp>
#include <cstdint>
#include <stdexcept>

namespace mqttspec::report {
namespace {

constexpr std::string_view gzip_magic = "\x1f\x8b\x08";
constexpr std::size_t gzip_head = 10;
constexpr std::size_t gzip_tail = 8;

std::uint32_t checksum(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

// The least byte first.
void put_u32(std::string& out, std::uint32_t number) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(static_cast<unsigned char>(number >> shift & 255U));
  }
}
std::uint32_t get_u32(std::string_view bytes) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return number;
}

}  // namespace

std::string deflate(std::string_view bytes) {
  namespace zlib = boost::beast::zlib;
  zlib::deflate_stream stream;
  stream.reset(9, 15, 9, zlib::Strategy::normal);
  std::string out(stream.upper_bound(bytes.size()) + 64, '\0');
  zlib::z_params params;
  params.next_in = bytes.data();
  params.avail_in = bytes.size();
  params.next_out = out.data();
  params.avail_out = out.size();
  boost::beast::error_code error;
  stream.write(params, zlib::Flush::finish, error);
  if (error && error != zlib::error::end_of_stream) {
    throw std::runtime_error("the report's data could not be compressed: " + error.message());
  }
  out.resize(params.total_out);
  return out;
}

std::string inflate(std::string_view bytes, std::size_t size_max) {
  namespace zlib = boost::beast::zlib;
  zlib::inflate_stream stream;
  stream.reset(15);
  std::string out;
  zlib::z_params params;
  params.next_in = bytes.data();
  params.avail_in = bytes.size();
  boost::beast::error_code error;
  const auto refused = [](const boost::beast::error_code& code) {
    return code && code != zlib::error::need_buffers && code != zlib::error::end_of_stream;
  };
  while (error != zlib::error::end_of_stream) {
    const std::size_t before = out.size();
    out.resize(before + std::max<std::size_t>(64 * 1024, before));
    params.next_out = out.data() + before;
    params.avail_out = out.size() - before;
    stream.write(params, zlib::Flush::sync, error);
    const bool moved = params.avail_out < out.size() - before;
    out.resize(out.size() - params.avail_out);
    if (out.size() > size_max) throw std::runtime_error("too large when unpacked");
    // The stream does not always say that it was the end.
    if (params.avail_in == 0 && params.avail_out > 0 && !refused(error)) break;
    if (refused(error) || !moved) throw std::runtime_error("the compressed data is broken");
  }
  return out;
}

std::string gzip(std::string_view bytes) {
  std::string file(gzip_magic);
  file.append(6, '\0');  // no flags, no time
  file += '\xff';        // of no particular system
  file += deflate(bytes);
  put_u32(file, checksum(bytes));
  put_u32(file, static_cast<std::uint32_t>(bytes.size() & 0xffffffffU));
  return file;
}

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with(gzip_magic);
}

std::string gunzip(std::string_view file, std::size_t size_max) {
  // Only what gzip() writes: a head with flags would be followed by names that we do not look for.
  if (!is_gzip(file) || file.size() < gzip_head + gzip_tail || file[3] != '\0') {
    throw std::runtime_error("no gzip file without a name in it (gzip -n writes one)");
  }
  const std::string_view data = file.substr(gzip_head, file.size() - gzip_head - gzip_tail);
  std::string bytes = inflate(data, size_max);
  if (get_u32(file.substr(file.size() - gzip_tail)) != checksum(bytes)) {
    throw std::runtime_error("the checksum is wrong");
  }
  return bytes;
}

std::string to_base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) -> std::uint32_t {
      return i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U;
    };
    const std::uint32_t bits = byte(0) << 16U | byte(1) << 8U | byte(2);
    out += digits[bits >> 18U & 63U];
    out += digits[bits >> 12U & 63U];
    out += i + 1 < bytes.size() ? digits[bits >> 6U & 63U] : '=';
    out += i + 2 < bytes.size() ? digits[bits & 63U] : '=';
  }
  return out;
}

}  // namespace mqttspec::report
