// Durable sessions in an SQLite file with a write-ahead log. The file belongs to one process at a
// time, which holds it for as long as the store lives.
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "reference/store/store.hpp"

namespace mqttspec::store {

enum class Sync : std::uint8_t {
  normal,  // what is committed survives the death of the process
  full,    // and that of the machine
};

// Opens the file or makes it; else says why not: it is another program's, of another version, held
// by another process, or damaged.
[[nodiscard]] std::variant<std::unique_ptr<Store>, std::string> open_sqlite(
    const std::string& file, Sync sync = Sync::normal);

}  // namespace mqttspec::store
