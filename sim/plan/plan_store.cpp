#include "sim/plan/plan_store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/error.hpp"
#include "core/random.hpp"

namespace commsim {

namespace {

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS plan (fingerprint INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS results (point INTEGER PRIMARY KEY, choices TEXT NOT NULL,"
    " refused TEXT, step_ps INTEGER, gpus INTEGER, per_second REAL, per_hour REAL, mfu REAL,"
    " computing REAL, exposed REAL, bubble REAL, memory INTEGER, bottleneck TEXT,"
    " purchase REAL);";

// Of these columns: files of others hold another plan.
constexpr std::uint64_t kLayout = 2;

class Statement {
 public:
  Statement(sqlite3* database, const char* text) : database_(database) {
    if (sqlite3_prepare_v2(database, text, -1, &statement_, nullptr) != SQLITE_OK) fail();
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement& bind(std::int64_t value) {
    return check(sqlite3_bind_int64(statement_, ++at_, value));
  }
  Statement& bind(double value) { return check(sqlite3_bind_double(statement_, ++at_, value)); }
  Statement& bind(const std::string& value) {
    return check(sqlite3_bind_text(statement_, ++at_, value.c_str(), -1, SQLITE_TRANSIENT));
  }
  // Whether there is another row.
  bool step() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) fail();
    return code == SQLITE_ROW;
  }
  [[nodiscard]] std::int64_t whole(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] double number(int column) const {
    return sqlite3_column_double(statement_, column);
  }
  [[nodiscard]] std::string text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_, column);
    return bytes == nullptr ? std::string() : reinterpret_cast<const char*>(bytes);
  }

 private:
  Statement& check(int code) {
    if (code != SQLITE_OK) fail();
    return *this;
  }
  [[noreturn]] void fail() const { throw MachineError(sqlite3_errmsg(database_)); }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int at_ = 0;
};

// What tells these files from other databases: "cspl".
constexpr std::int64_t kApplication = 0x6373706c;
constexpr const char* kMark = "PRAGMA application_id = 1668509804;";

void refuse_strangers(sqlite3* database) {
  Statement tables(database, "SELECT count(*) FROM sqlite_master");
  if (!tables.step() || tables.whole(0) == 0) return;
  Statement mark(database, "PRAGMA application_id");
  if (mark.step() && mark.whole(0) == kApplication) return;
  throw RequestError("it is a database of something else");
}

}  // namespace

struct PlanStore::Database {
  explicit Database(const std::string& file) {
    if (sqlite3_open(file.c_str(), &handle) != SQLITE_OK) {
      const std::string why = sqlite3_errmsg(handle);
      sqlite3_close(handle);
      throw MachineError(fmt::format("{}: {}", file, why));
    }
    sqlite3_busy_timeout(handle, 10'000);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle); }

  void execute(const char* text) const {
    if (sqlite3_exec(handle, text, nullptr, nullptr, nullptr) != SQLITE_OK) {
      throw MachineError(sqlite3_errmsg(handle));
    }
  }

  sqlite3* handle = nullptr;
};

PlanStore::PlanStore(const std::string& file, std::uint64_t fingerprint) {
  try {
    database_ = std::make_unique<Database>(file);
    // A row must not cost a disk's rotation; after a power cut the last ones may be missing.
    database_->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
    refuse_strangers(database_->handle);
    database_->execute(kTables);
    database_->execute(kMark);
    const auto own = static_cast<std::int64_t>(mix(fingerprint ^ kLayout));
    {
      Statement query(database_->handle, "SELECT fingerprint FROM plan");
      if (query.step()) {
        if (query.whole(0) == own) return;
        throw RequestError(
            "it holds another plan, or this one before it was changed; name another file, or "
            "remove "
            "it");
      }
    }
    Statement(database_->handle, "INSERT INTO plan VALUES (?)").bind(own).step();
  } catch (const MachineError& error) {
    throw MachineError(fmt::format("results of a plan in {}: {}", file, error.what()));
  } catch (const RequestError& error) {
    throw RequestError(fmt::format("results of a plan in {}: {}", file, error.what()));
  }
}

PlanStore::~PlanStore() = default;

std::vector<PlanCandidate> PlanStore::candidates() const {
  std::vector<PlanCandidate> all;
  Statement query(
      database_->handle,
      "SELECT point, step_ps, gpus, per_second, per_hour, mfu, computing, exposed, "
      "bubble, memory, bottleneck, purchase FROM results WHERE refused IS NULL ORDER BY point");
  while (query.step()) {
    all.push_back({.point = static_cast<std::size_t>(query.whole(0)),
                   .step = Duration{query.whole(1)},
                   .gpus = query.whole(2),
                   .per_second = query.number(3),
                   .per_hour = query.number(4),
                   .purchase = query.number(11),
                   .mfu = query.number(5),
                   .computing = query.number(6),
                   .exposed = query.number(7),
                   .bubble = query.number(8),
                   .memory = Bytes{query.whole(9)},
                   .bottleneck = query.text(10)});
  }
  return all;
}

std::vector<PlanStore::Refusal> PlanStore::refusals() const {
  std::vector<Refusal> all;
  Statement query(database_->handle,
                  "SELECT point, refused FROM results WHERE refused IS NOT NULL ORDER BY point");
  while (query.step()) {
    all.push_back({static_cast<std::size_t>(query.whole(0)), query.text(1)});
  }
  return all;
}

void PlanStore::put(const PlanCandidate& candidate, const std::string& choices) {
  Statement(database_->handle,
            "INSERT OR REPLACE INTO results VALUES (?, ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(static_cast<std::int64_t>(candidate.point))
      .bind(choices)
      .bind(candidate.step.count())
      .bind(candidate.gpus)
      .bind(candidate.per_second)
      .bind(candidate.per_hour)
      .bind(candidate.mfu)
      .bind(candidate.computing)
      .bind(candidate.exposed)
      .bind(candidate.bubble)
      .bind(candidate.memory.count())
      .bind(candidate.bottleneck)
      .bind(candidate.purchase)
      .step();
}

void PlanStore::put(const Refusal& refusal, const std::string& choices) {
  Statement(database_->handle,
            "INSERT OR REPLACE INTO results (point, choices, refused) VALUES (?, ?, ?)")
      .bind(static_cast<std::int64_t>(refusal.point))
      .bind(choices)
      .bind(refusal.reason)
      .step();
}

}  // namespace commsim
