#include "reference/store/memory_store.hpp"

#include <utility>

namespace mqttspec::store {

std::variant<std::vector<broker::Record>, std::string> MemoryStore::load() {
  std::vector<broker::Record> records;
  records.reserve(rows_.size());
  for (const auto& [key, data] : rows_) {
    auto record = to_record(key, data);
    if (auto* fault = std::get_if<std::string>(&record)) return "memory: " + *fault;
    records.push_back(std::get<broker::Record>(std::move(record)));
  }
  return records;
}

std::optional<std::string> MemoryStore::commit(std::span<const broker::RecordPointer> records) {
  if (cut_ && written_ + records.size() > *cut_) return "memory: was cut off";
  for (const auto& record : records) apply(to_row(*record));
  written_ += records.size();
  ++transactions_;
  return std::nullopt;
}

void MemoryStore::apply(Row row) {
  if (row.data) {
    rows_.insert_or_assign(std::move(row.key), std::move(*row.data));
    return;
  }
  rows_.erase(row.key);
  if (row.key.table != Table::sessions) return;
  std::erase_if(rows_, [&](const auto& entry) {
    return hangs_on_session(entry.first.table) && entry.first.owner == row.key.owner;
  });
}

}  // namespace mqttspec::store
