// The fake: keeps its rows in memory, in the very form in which a file would have them, for tests
// and for brokers that are restarted in virtual time. Can be cut at every single record.
#pragma once

#include <cstdint>
#include <map>

#include "reference/store/row.hpp"
#include "reference/store/store.hpp"

namespace mqttspec::store {

class MemoryStore final : public Store {
 public:
  [[nodiscard]] std::variant<std::vector<broker::Record>, std::string> load() override;
  [[nodiscard]] std::optional<std::string> commit(
      std::span<const broker::RecordPointer> records) override;

  // Fails from the record after the next `records` ones on, as if the process ended there: a
  // transaction that is torn vanishes whole.
  void cut_after(std::uint64_t records) { cut_ = written_ + records; }
  void mend() { cut_.reset(); }
  // Records that were committed, and how many transactions they came in.
  [[nodiscard]] std::uint64_t written() const { return written_; }
  [[nodiscard]] std::uint64_t transactions() const { return transactions_; }
  // Rows that are kept now.
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }

 private:
  void apply(Row row);

  std::map<Key, std::string> rows_;
  std::uint64_t written_ = 0;
  std::uint64_t transactions_ = 0;
  std::optional<std::uint64_t> cut_;
};

}  // namespace mqttspec::store
