#include "reference/store/sqlite_store.hpp"

#include <array>
#include <utility>

#include "reference/store/row.hpp"
#include "reference/store/sqlite_file.hpp"

namespace mqttspec::store {
namespace {

constexpr std::uint64_t application = 0x4D515354;  // "MQST", in the file's header
constexpr std::uint64_t version = 1;               // of the tables

// Which columns the parts of a key have in a table; null: the part is not used there.
struct Columns {
  const char* owner;
  const char* number;
  const char* name;
  // Rows that may be large are better kept apart from their keys.
  bool is_large = false;
};
constexpr std::array<Columns, tables> columns = {{
    {"session", nullptr, nullptr},
    {"session", nullptr, "topic_filter"},
    {"message", nullptr, nullptr, true},
    {"session", "position", nullptr},
    {"session", "packet_identifier", nullptr},
    {"session", "packet_identifier", nullptr},
    {nullptr, nullptr, "topic_name"},
}};

Table table_at(std::size_t place) {
  return static_cast<Table>(place);
}

std::vector<std::string> key_columns(Table table) {
  const Columns& known = columns.at(static_cast<std::size_t>(table));
  std::vector<std::string> names;
  for (const char* name : {known.owner, known.number, known.name}) {
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

std::string joined(const std::vector<std::string>& parts, const std::string& between) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string create_sql(Table table) {
  const Columns& known = columns.at(static_cast<std::size_t>(table));
  std::string sql = std::string("CREATE TABLE ") + to_string(table) + " (";
  if (known.owner != nullptr) sql += std::string(known.owner) + " INTEGER NOT NULL, ";
  if (known.number != nullptr) sql += std::string(known.number) + " INTEGER NOT NULL, ";
  if (known.name != nullptr) sql += std::string(known.name) + " TEXT NOT NULL, ";
  sql += "data BLOB NOT NULL, PRIMARY KEY (" + joined(key_columns(table), ", ") + "))";
  return sql + (known.is_large ? "" : " WITHOUT ROWID");
}

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(const std::string& name) : file_(name) {}

  std::optional<std::string> open(Sync sync);
  std::variant<std::vector<broker::Record>, std::string> load() override;
  std::optional<std::string> commit(std::span<const broker::RecordPointer> records) override;

 private:
  [[nodiscard]] std::string why() const;
  [[nodiscard]] std::optional<std::string> check_or_create();
  [[nodiscard]] bool prepare();
  [[nodiscard]] bool apply(const Row& row);
  static int bind(Statement& statement, const Key& key);
  [[nodiscard]] bool erase_session(std::uint64_t session);

  SqliteFile file_;
  Statement begin_;
  Statement end_;
  std::array<Statement, tables> put_;
  std::array<Statement, tables> erase_;
  std::array<Statement, tables> erase_owned_;  // of what hangs on a session
};

std::string SqliteStore::why() const {
  if (file_.is_no_database()) return file_.name() + ": is no store of mqttspec-broker";
  if (file_.is_locked()) {
    return file_.name() + ": is held by another process, which has to end first";
  }
  return file_.problem().value_or(file_.name() + ": failed for no reason that SQLite knows");
}

std::optional<std::string> SqliteStore::open(Sync sync) {
  if (file_.problem()) return why();
  // Held by us alone from the first access on; looked at before anything is changed in it.
  if (!file_.run("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE")) return why();
  if (auto fault = check_or_create()) return fault;
  const std::string level = sync == Sync::full ? "FULL" : "NORMAL";
  if (!file_.run("COMMIT; PRAGMA journal_mode = WAL; PRAGMA synchronous = " + level) ||
      !prepare()) {
    return why();
  }
  return std::nullopt;
}

std::optional<std::string> SqliteStore::check_or_create() {
  const auto owner = file_.ask("PRAGMA application_id");
  const auto found = file_.ask("PRAGMA user_version");
  const auto objects = file_.ask("SELECT count(*) FROM sqlite_schema");
  if (!owner || !found || !objects) return why();
  const bool is_new = *owner == 0 && *found == 0 && *objects == 0;
  if (!is_new && *owner != application) {
    return file_.name() + ": is another program's database, no store of mqttspec-broker";
  }
  if (!is_new && *found != version) {
    return file_.name() + ": is a store of version " + std::to_string(*found) +
           "; this broker reads and writes version " + std::to_string(version);
  }
  if (!is_new) return std::nullopt;
  for (std::size_t i = 0; i < tables; ++i) {
    if (!file_.run(create_sql(table_at(i)))) return why();
  }
  const bool marked = file_.run("PRAGMA application_id = " + std::to_string(application) +
                                "; PRAGMA user_version = " + std::to_string(version));
  return marked ? std::nullopt : std::optional(why());
}

bool SqliteStore::prepare() {
  begin_ = file_.prepare("BEGIN IMMEDIATE");
  end_ = file_.prepare("COMMIT");
  for (std::size_t i = 0; i < tables && !file_.problem(); ++i) {
    const std::string name = to_string(table_at(i));
    const auto keys = key_columns(table_at(i));
    std::string marks;
    for (std::size_t k = 0; k < keys.size(); ++k) marks += "?, ";
    put_.at(i) = file_.prepare("INSERT OR REPLACE INTO " + name + " (" + joined(keys, ", ") +
                               ", data) VALUES (" + marks + "?)");
    erase_.at(i) =
        file_.prepare("DELETE FROM " + name + " WHERE " + joined(keys, " = ? AND ") + " = ?");
    if (!hangs_on_session(table_at(i))) continue;
    erase_owned_.at(i) = file_.prepare("DELETE FROM " + name + " WHERE session = ?");
  }
  return !file_.problem();
}

std::variant<std::vector<broker::Record>, std::string> SqliteStore::load() {
  std::vector<broker::Record> records;
  for (std::size_t i = 0; i < tables; ++i) {
    const Columns& known = columns.at(i);
    const auto keys = key_columns(table_at(i));
    auto rows =
        file_.prepare("SELECT " + joined(keys, ", ") + ", data FROM " + to_string(table_at(i)));
    while (rows.next()) {
      int column = 0;
      Key key{table_at(i), 0, 0, {}};
      if (known.owner != nullptr) key.owner = rows.integer(column++);
      if (known.number != nullptr) key.number = rows.integer(column++);
      if (known.name != nullptr) key.name = rows.bytes(column++);
      auto record = to_record(key, rows.bytes(column));
      if (const auto* fault = std::get_if<std::string>(&record))
        return file_.name() + ": " + *fault;
      records.push_back(std::get<broker::Record>(std::move(record)));
    }
    if (file_.problem()) return why();
  }
  return records;
}

std::optional<std::string> SqliteStore::commit(std::span<const broker::RecordPointer> records) {
  bool good = begin_.run();
  for (std::size_t i = 0; good && i < records.size(); ++i) good = apply(to_row(*records[i]));
  if (good && end_.run()) return std::nullopt;
  auto fault = why();
  if (file_.in_transaction()) static_cast<void>(file_.run("ROLLBACK"));
  return fault;
}

int SqliteStore::bind(Statement& statement, const Key& key) {
  const Columns& known = columns.at(static_cast<std::size_t>(key.table));
  int place = 1;
  if (known.owner != nullptr) statement.bind(place++, key.owner);
  if (known.number != nullptr) statement.bind(place++, key.number);
  if (known.name != nullptr) statement.bind_text(place++, key.name);
  return place;
}

bool SqliteStore::apply(const Row& row) {
  const auto table = static_cast<std::size_t>(row.key.table);
  if (row.data) {
    Statement& put = put_.at(table);
    put.bind_blob(bind(put, row.key), *row.data);
    return put.run();
  }
  Statement& erase = erase_.at(table);
  bind(erase, row.key);
  return erase.run() && (row.key.table != Table::sessions || erase_session(row.key.owner));
}

bool SqliteStore::erase_session(std::uint64_t session) {
  for (std::size_t i = 0; i < tables; ++i) {
    if (!hangs_on_session(table_at(i))) continue;
    erase_owned_.at(i).bind(1, session);
    if (!erase_owned_.at(i).run()) return false;
  }
  return true;
}

}  // namespace

std::variant<std::unique_ptr<Store>, std::string> open_sqlite(const std::string& file, Sync sync) {
  auto store = std::make_unique<SqliteStore>(file);
  if (auto fault = store->open(sync)) return std::move(*fault);
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace mqttspec::store
