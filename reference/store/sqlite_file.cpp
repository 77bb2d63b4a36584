#include "reference/store/sqlite_file.hpp"

#include <cstring>

namespace mqttspec::store {

void Statement::bind(int place, std::uint64_t value) {
  sqlite3_bind_int64(handle_.get(), place, static_cast<sqlite3_int64>(value));
}

void Statement::bind_text(int place, std::string_view value) {
  sqlite3_bind_text64(handle_.get(), place, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind_blob(int place, std::string_view value) {
  sqlite3_bind_blob64(handle_.get(), place, value.data(), value.size(), SQLITE_STATIC);
}

bool Statement::next() {
  return handle_ != nullptr && sqlite3_step(handle_.get()) == SQLITE_ROW;
}

std::uint64_t Statement::integer(int column) const {
  return static_cast<std::uint64_t>(sqlite3_column_int64(handle_.get(), column));
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

bool Statement::run() {
  if (handle_ == nullptr) return false;
  while (sqlite3_step(handle_.get()) == SQLITE_ROW) {
  }
  // Tells once more what the last step met.
  return sqlite3_reset(handle_.get()) == SQLITE_OK;
}

SqliteFile::SqliteFile(const std::string& name) : name_(name) {
  sqlite3* handle = nullptr;
  // One thread uses it.
  sqlite3_open_v2(name.c_str(), &handle,
                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  sqlite3_extended_result_codes(handle, 0);
}

std::optional<std::string> SqliteFile::problem() const {
  const int code = handle_ == nullptr ? SQLITE_NOMEM : sqlite3_errcode(handle_.get());
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return std::nullopt;
  std::string text = name_ + ": ";
  text += handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_.get());
  const int cause = handle_ == nullptr ? 0 : sqlite3_system_errno(handle_.get());
  const bool from_outside = code == SQLITE_CANTOPEN || code == SQLITE_IOERR || code == SQLITE_FULL;
  if (cause != 0 && from_outside) text += std::string(" (") + std::strerror(cause) + ")";
  return text;
}

bool SqliteFile::is_locked() const {
  const int code = sqlite3_errcode(handle_.get());
  return code == SQLITE_BUSY || code == SQLITE_LOCKED;
}

bool SqliteFile::is_no_database() const {
  return sqlite3_errcode(handle_.get()) == SQLITE_NOTADB;
}

bool SqliteFile::run(const std::string& sql) {
  return sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::optional<std::uint64_t> SqliteFile::ask(const std::string& sql) {
  Statement statement = prepare(sql);
  if (!statement.next()) return std::nullopt;
  return statement.integer(0);
}

Statement SqliteFile::prepare(const std::string& sql) {
  sqlite3_stmt* handle = nullptr;
  sqlite3_prepare_v3(handle_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  Statement statement;
  statement.handle_.reset(handle);
  return statement;
}

bool SqliteFile::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

}  // namespace mqttspec::store
