// A thin, owning layer over SQLite's C interface: a file, and statements prepared once.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mqttspec::store {

class SqliteFile;

class Statement {
 public:
  Statement() = default;

  // Parameters are counted from 1. The text has to live until the statement was run.
  void bind(int place, std::uint64_t value);
  void bind_text(int place, std::string_view value);
  void bind_blob(int place, std::string_view value);

  // Goes to the next row; false at the end, or if there was an error, which the file knows.
  [[nodiscard]] bool next();
  [[nodiscard]] std::uint64_t integer(int column) const;
  [[nodiscard]] std::string_view bytes(int column) const;  // until the next call
  // Runs it to its end and makes it ready for the next time; false: the file knows why.
  [[nodiscard]] bool run();

 private:
  friend class SqliteFile;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class SqliteFile {
 public:
  // Opens or makes it; problem() tells whether that went well.
  explicit SqliteFile(const std::string& name);

  // What the last call met, as a sentence that begins with the file's name; nothing if all is well.
  [[nodiscard]] std::optional<std::string> problem() const;
  [[nodiscard]] bool is_locked() const;
  [[nodiscard]] bool is_no_database() const;

  [[nodiscard]] bool run(const std::string& sql);
  // The one integer that the query gives; nothing if there was an error.
  [[nodiscard]] std::optional<std::uint64_t> ask(const std::string& sql);
  [[nodiscard]] Statement prepare(const std::string& sql);
  // Is a transaction open?
  [[nodiscard]] bool in_transaction() const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  struct Close {
    void operator()(sqlite3* file) const { sqlite3_close_v2(file); }
  };
  std::string name_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace mqttspec::store
