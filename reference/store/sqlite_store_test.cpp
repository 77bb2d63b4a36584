// The file: what is committed is there again, whole turns only, and whatever is wrong with a file
// is said in one sentence that names it.
#include "reference/store/sqlite_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "reference/store/memory_store.hpp"
#include "reference/store/row.hpp"

namespace mqttspec::store {
namespace {

using broker::Record;
using broker::RecordPointer;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

// A folder of its own for each test, gone afterwards.
class SqliteStore : public ::testing::Test {
 protected:
  SqliteStore() { std::filesystem::create_directory(folder_); }
  ~SqliteStore() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Store> open(Sync sync = Sync::normal) {
    auto opened = open_sqlite(file_, sync);
    if (auto* store = std::get_if<std::unique_ptr<Store>>(&opened)) return std::move(*store);
    ADD_FAILURE() << std::get<std::string>(opened);
    return nullptr;
  }
  std::string refusal() {
    const auto opened = open_sqlite(file_);
    const auto* fault = std::get_if<std::string>(&opened);
    return fault == nullptr ? "" : *fault;
  }
  void execute(const std::string& sql) const {
    sqlite3* file = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &file), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(file, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(file);
    sqlite3_close(file);
  }

  std::string folder_ = ::testing::TempDir() + "mqttspec_store_" +
                        ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
                        std::to_string(getpid());
  std::string file_ = folder_ + "/broker.db";
};

template <typename Change>
RecordPointer record(Change change) {
  return std::make_shared<const Record>(Record{std::move(change)});
}

// One of each kind, with everything that it may have.
std::vector<RecordPointer> samples() {
  auto message = std::make_shared<broker::Message>();
  message->topic_name = "t/\xC3\xA9";
  message->payload = std::string("\0\xFF\n", 3);
  message->qos = 2;
  message->retain = true;
  message->publisher = "p";
  message->properties = {{codec::PropertyId::user_property, codec::StringPair{"a", "b"}},
                         {codec::PropertyId::content_type, std::string("x")},
                         {codec::PropertyId::payload_format_indicator, 1U}};
  broker::SessionRecord session{
      7, "client", 100, broker::WallClock(5), codec::Will{}, broker::WallClock(6)};
  session.will = codec::Will{"w", "bye", 1, true, message->properties};
  session.user_name = "anna";
  broker::SubscriptionRecord subscription{7, "$share/g/t/#", {}, true};
  subscription.options.qos = 2;
  subscription.options.no_local = subscription.options.retain_as_published = true;
  subscription.options.identifier = 268'435'455;
  const broker::StoredDelivery delivery{3, 2, true, {1, 70'000}, "$share/g/t/#"};
  return {record(session),
          record(subscription),
          record(broker::MessageRecord{3, message, broker::WallClock(-1)}),
          record(broker::QueuedRecord{7, 1, delivery}),
          record(broker::ExchangeRecord{7, 65'535, 9, true, delivery}),
          record(broker::IncomingRecord{7, 1, 3}),
          record(broker::RetainedRecord{"t/\xC3\xA9", 3})};
}

std::vector<std::pair<Key, std::string>> rows_of(const std::vector<Record>& records) {
  std::vector<std::pair<Key, std::string>> rows;
  for (const auto& each : records) {
    auto row = to_row(each);
    rows.emplace_back(std::move(row.key), row.data.value_or("erased"));
  }
  return rows;
}
std::vector<std::pair<Key, std::string>> rows_of(Store& store) {
  auto loaded = store.load();
  if (const auto* fault = std::get_if<std::string>(&loaded)) ADD_FAILURE() << *fault;
  return rows_of(std::get<std::vector<Record>>(loaded));
}
std::vector<std::pair<Key, std::string>> rows_of(const std::vector<RecordPointer>& records) {
  std::vector<Record> values;
  for (const auto& each : records) values.push_back(*each);
  return rows_of(values);
}

TEST_F(SqliteStore, GivesBackWhatWasCommitted) {
  for (const Sync sync : {Sync::normal, Sync::full}) {
    ASSERT_EQ(open(sync)->commit(samples()), std::nullopt);
    EXPECT_THAT(rows_of(*open(sync)), UnorderedElementsAreArray(rows_of(samples())));
  }
}

TEST_F(SqliteStore, ErasesByKeyAndASessionWithAllThatHangsOnIt) {
  const auto store = open();
  ASSERT_EQ(store->commit(samples()), std::nullopt);
  auto others = samples();
  ASSERT_EQ(store->commit(std::vector{record(broker::SessionErased{7}),
                                      record(broker::RetainedErased{"t/\xC3\xA9"})}),
            std::nullopt);
  EXPECT_THAT(rows_of(*store), UnorderedElementsAreArray(rows_of(std::vector{others[2]})));
  ASSERT_EQ(store->commit(std::vector{record(broker::MessageErased{3})}), std::nullopt);
  EXPECT_TRUE(rows_of(*store).empty());
}

TEST_F(SqliteStore, DoesTheSameAsTheFake) {
  const auto store = open();
  MemoryStore fake;
  auto turns = std::vector{
      samples(),
      std::vector{record(broker::SubscriptionErased{7, "$share/g/t/#"}),
                  record(broker::IncomingErased{7, 1}), record(broker::QueuedErased{7, 1})},
      samples(), std::vector{record(broker::ExchangeErased{7, 65'535})},
      std::vector{record(broker::SessionErased{8}), record(broker::SessionErased{7})}};
  for (const auto& turn : turns) {
    ASSERT_EQ(store->commit(turn), std::nullopt);
    ASSERT_EQ(fake.commit(turn), std::nullopt);
    EXPECT_THAT(rows_of(*store), UnorderedElementsAreArray(rows_of(fake)));
  }
}

TEST_F(SqliteStore, RefusesAFileThatIsHeldByAnother) {
  const auto first = open();
  EXPECT_THAT(refusal(), HasSubstr(file_ + ": is held by another process"));
}

TEST_F(SqliteStore, RefusesWhatIsNoDatabase) {
  std::ofstream(file_) << "a letter to a friend, which is much longer than a header would be. "
                          "It must not be overwritten by somebody who keeps sessions in files.";
  EXPECT_EQ(refusal(), file_ + ": is no store of mqttspec-broker");
  EXPECT_GT(std::filesystem::file_size(file_), 100U);
}

TEST_F(SqliteStore, RefusesAnotherProgramsDatabase) {
  execute("CREATE TABLE letters (text)");
  EXPECT_THAT(refusal(), HasSubstr("is another program's database"));
}

TEST_F(SqliteStore, RefusesAnotherVersion) {
  static_cast<void>(open());
  execute("PRAGMA user_version = 2");
  EXPECT_THAT(refusal(), HasSubstr("is a store of version 2; this broker reads and writes"));
}

TEST_F(SqliteStore, SaysWhyAFileCannotBeMade) {
  file_ = folder_ + "/no/such/folder/broker.db";
  EXPECT_THAT(refusal(), HasSubstr(file_ + ": unable to open database file (No such file"));
}

TEST_F(SqliteStore, NamesTheRecordThatIsDamaged) {
  ASSERT_EQ(open()->commit(samples()), std::nullopt);
  execute("UPDATE exchanges SET data = substr(data, 1, 9)");
  const auto loaded = open()->load();
  ASSERT_TRUE(std::holds_alternative<std::string>(loaded));
  EXPECT_EQ(std::get<std::string>(loaded),
            file_ + ": exchanges, session 7, number 65535: its data ends early or makes no sense");
}

// The limit on the size of files is the nearest to a full disk that a test can have.
TEST_F(SqliteStore, FailsWholeWhenTheDiskIsFullAndGoesOnLater) {
  const auto store = open();
  ASSERT_EQ(store->commit(samples()), std::nullopt);
  const auto before = rows_of(*store);
  auto large = std::make_shared<broker::Message>();
  large->payload.assign(std::size_t{4} << 20U, 'x');
  const std::vector turn{record(broker::RetainedRecord{"big", 9}),
                         record(broker::MessageRecord{9, large, std::nullopt})};
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  const rlimit small{std::size_t{1} << 20U, old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  const auto fault = store->commit(turn);
  setrlimit(RLIMIT_FSIZE, &old);
  ASSERT_TRUE(fault.has_value());
  EXPECT_THAT(*fault, HasSubstr(file_ + ": "));
  EXPECT_THAT(rows_of(*store), UnorderedElementsAreArray(before));
  EXPECT_EQ(store->commit(turn), std::nullopt);
  EXPECT_EQ(rows_of(*store).size(), before.size() + 2);
}

}  // namespace
}  // namespace mqttspec::store
