#include "store/database.h"

#include <cerrno>
#include <cstring>

namespace weir::store {
namespace {

/// The time that a reader or writer waits for another transaction: some milliseconds of disk time,
/// with a reserve for a slow disk.
constexpr Nanoseconds default_busy_timeout = seconds(2);

/// SQLite's error code as one sentence; `detail` is sqlite3_errmsg().
Error sqlite_error(int code, int system_errno, const std::string& path, const char* detail) {
  const auto system_text = [&] {
    return system_errno == 0 ? std::string(detail) : std::string(std::strerror(system_errno));
  };
  switch (code & 0xff) {
    case SQLITE_FULL: return make_error(ErrorCode::io, "the disk that holds " + path + " is full");
    case SQLITE_READONLY:
      return make_error(
          ErrorCode::not_permitted,
          path + " cannot be written: it, its folder or its file system is read-only");
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return make_error(ErrorCode::not_permitted, "this user is not allowed to open " + path);
    case SQLITE_CANTOPEN:
      return make_error(system_errno == EACCES || system_errno == EPERM || system_errno == EROFS
                            ? ErrorCode::not_permitted
                            : ErrorCode::io,
                        path + " cannot be opened: " + system_text());
    case SQLITE_NOTADB:
      return make_error(ErrorCode::malformed,
                        path + " is not a database; move it away to start a new journal");
    case SQLITE_CORRUPT:
      return make_error(ErrorCode::malformed,
                        path + " is damaged (" + detail + "); move it away to start a new journal");
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return make_error(ErrorCode::busy, "another weir is writing " + path);
    case SQLITE_IOERR:
      if (system_errno == ENOSPC || system_errno == EDQUOT)
        return make_error(ErrorCode::io, "the disk that holds " + path + " is full");
      return make_error(ErrorCode::io, path + " cannot be read or written: " + system_text());
    default: return make_error(ErrorCode::io, path + ": " + detail);
  }
}

Error last_error(sqlite3* handle, const std::string& path) {
  return sqlite_error(sqlite3_errcode(handle), sqlite3_system_errno(handle), path,
                      sqlite3_errmsg(handle));
}

}  // namespace

Statement& Statement::bind(int index, std::int64_t value) {
  if (const int code = sqlite3_bind_int64(statement_.get(), index, value); code != SQLITE_OK)
    bound_ = code;
  return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_.get(), index, text.empty() ? "" : text.data(),
                                       text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) bound_ = code;
  return *this;
}

Statement& Statement::bind(int index, const std::optional<std::int64_t>& value) {
  if (value) return bind(index, *value);
  if (const int code = sqlite3_bind_null(statement_.get(), index); code != SQLITE_OK) bound_ = code;
  return *this;
}

Result<bool> Statement::next() {
  sqlite3* const handle = sqlite3_db_handle(statement_.get());
  if (bound_ != SQLITE_OK) return sqlite_error(bound_, 0, *path_, sqlite3_errstr(bound_));
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return last_error(handle, *path_);
}

Status Statement::run() {
  while (true) {
    WEIR_TRY(const bool more, next());
    if (!more) return {};
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
  const void* const bytes = sqlite3_column_text(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string()
             : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

Result<Database> Database::open(const std::string& path, int flags) {
  Database database;
  database.path_ = std::make_unique<std::string>(path);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  database.handle_.reset(handle);
  if (handle == nullptr) return make_error(ErrorCode::io, path + ": no memory to open it");
  if (code != SQLITE_OK) return last_error(handle, path);
  database.set_busy_timeout(default_busy_timeout);
  return database;
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(handle_.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
    return last_error(handle_.get(), *path_);
  return Statement(statement, path_.get());
}

Status Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    return last_error(handle_.get(), *path_);
  return {};
}

void Database::set_busy_timeout(Nanoseconds timeout) {
  sqlite3_busy_timeout(handle_.get(),
                       static_cast<int>(timeout.count / nanoseconds_per_millisecond));
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(handle_.get()); }
std::int64_t Database::changes() const { return sqlite3_changes(handle_.get()); }

Result<Transaction> Transaction::begin(Database& database) {
  WEIR_CHECK(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Status Transaction::commit() {
  WEIR_CHECK(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

Transaction::~Transaction() {
  // A failed ROLLBACK means that SQLite has already rolled back.
  if (database_ != nullptr) static_cast<void>(database_->execute("ROLLBACK"));
}

}  // namespace weir::store
