#include "conformance/report/deflate.hpp"

#include <boost/beast/zlib/deflate_stream.hpp>
#include <cstdint>
#include <stdexcept>

namespace mqttspec::report {

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
