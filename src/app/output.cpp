#include "app/output.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"

namespace weir::app {
namespace {

/// More than the codec takes, so that its sentence is the one that is shown.
constexpr std::size_t read_limit = (std::size_t{64} << 20U) + 1;

Error failure(int error, const std::string& what) {
  const ErrorCode code = error == ENOENT                     ? ErrorCode::not_found
                         : error == EACCES || error == EPERM ? ErrorCode::not_permitted
                         : error == EISDIR                   ? ErrorCode::wrong_use
                                                             : ErrorCode::io;
  return make_error(code, what + ": " + std::generic_category().message(error));
}

/// 0, or errno.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

/// Removes the file unless it got its final name.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string path) : path_(std::move(path)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  TemporaryFile(TemporaryFile&&) = delete;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile() {
    if (fd_.valid()) unlink(path_.c_str());
  }

  /// Fills in the name and opens it.
  bool open() {
    fd_ = UniqueFd(mkostemp(path_.data(), O_CLOEXEC));
    return fd_.valid();
  }
  /// 0, or errno.
  int finish(const std::string& final_path, mode_t mode, std::string_view text) {
    if (fchmod(fd_.get(), mode) != 0) return errno;
    if (const int error = write_all(fd_.get(), text); error != 0) return error;
    if (fsync(fd_.get()) != 0 || rename(path_.c_str(), final_path.c_str()) != 0) return errno;
    fd_ = UniqueFd();
    return 0;
  }

 private:
  std::string path_;
  UniqueFd fd_;
};

Status write_in_place(const std::string& path, std::string_view text, const std::string& what) {
  const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.valid()) return failure(errno, what);
  const int error = write_all(fd.get(), text);
  if (error != 0 && error != EPIPE) return failure(error, what);
  return {};
}

/// A link stays a link: what it leads to is replaced.
std::string resolve(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  std::string resolved = real == nullptr ? path : real;
  std::free(real);
  return resolved;
}

}  // namespace

void occupy_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lower ones are taken, so that open() gives this number. The wrong direction, so that writing still fails as on a closed one.
    static_cast<void>(open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == fd);
  }
}

Status write_out(std::string_view text) {
  const int error = write_all(STDOUT_FILENO, text);
  if (error != 0 && error != EPIPE) return failure(error, "cannot write to standard output");
  return {};
}

void write_error(std::string_view sentence) {
  // Names from files, the kernel and the command line stand in sentences: none of them may speak to the terminal.
  const std::string shown = "weir: " + escape_sentence(sentence);
  // Nobody is left to tell when this fails.
  static_cast<void>(write_all(STDERR_FILENO, shown + "\n"));
}

Status write_file(const std::string& path, std::string_view text) {
  if (path == "-") return write_out(text);
  const std::string what = "cannot write " + escape_bytes(path);
  struct stat status {};
  const bool exists = stat(path.c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) return make_error(ErrorCode::wrong_use, what + ": it is a folder; name a file in it");
  if (exists && !S_ISREG(status.st_mode)) return write_in_place(path, text, what);
  if (path.ends_with('/')) return make_error(ErrorCode::wrong_use, what + ": it names a folder that does not exist");
  const std::string target = resolve(path);
  TemporaryFile temporary(target + ".XXXXXX");
  if (!temporary.open()) return failure(errno, what);
  const mode_t mode = exists ? status.st_mode & 07777U : 0600U;
  if (const int error = temporary.finish(target, mode, text); error != 0) return failure(error, what);
  const UniqueFd folder(open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.valid()) fsync(folder.get());
  return {};
}

Result<std::string> read_file(const std::string& path) {
  const std::string what = "cannot read " + escape_bytes(path);
  const UniqueFd file(path == "-" ? dup(STDIN_FILENO) : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) return failure(errno, what);
  std::string text;
  std::array<char, std::size_t{64} << 10U> buffer{};
  while (text.size() <= read_limit) {
    const auto got = read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EISDIR ? make_error(ErrorCode::wrong_use, what + ": it is a folder") : failure(errno, what);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace weir::app
