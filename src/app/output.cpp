#include "app/output.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "disk/disk_error.h"
#include "disk/place.h"
#include "disk/whole_file.h"
#include "ui/cli/render.h"

namespace weir::app {
namespace {

/// More than the codec accepts, so that the user sees the codec's message.
constexpr std::size_t read_limit = (std::size_t{64} << 20U) + 1;

Error failure(int error, const std::string& what) {
  Error made = disk::disk_error(error);
  made.message.insert(0, what + ": ");
  return made;
}

/// Writes to a pipe, a device, or a file that a process has open, without replacing it.
Status write_in_place(const disk::Place& place, std::string_view text) {
  if (!disk::is_surely_trusted(place)) {
    return make_error(
        ErrorCode::not_permitted,
        "it is a pipe or device of user " + std::to_string(place.owned.user) +
            " in a folder where other users can make files; choose a folder of your own");
  }
  WEIR_TRY(const UniqueFd file, disk::open_found(place, O_WRONLY | O_TRUNC | O_NOCTTY));
  const int error = disk::write_all(file.get(), text);
  if (error != 0 && error != EPIPE) return disk::disk_error(error);
  return {};
}

Status write_to_path(const std::string& path, std::string_view text) {
  WEIR_TRY(const disk::Place place, disk::find_place(path));
  if (place.found == disk::Found::folder)
    return make_error(ErrorCode::wrong_use, "it is a folder; name a file in it");
  const bool is_named_file = place.folder.valid() && (place.found == disk::Found::nothing ||
                                                      place.found == disk::Found::regular);
  return is_named_file ? disk::replace_file(place, text, disk::inherit_rights(place))
                       : write_in_place(place, text);
}

}  // namespace

void occupy_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // All lower numbers are in use, so open() returns this number. It is opened in the wrong
    // direction, so that reading or writing still fails as on a closed descriptor.
    static_cast<void>(open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) == fd);
  }
}

Status write_out(std::string_view text) {
  const int error = disk::write_all(STDOUT_FILENO, text);
  if (error != 0 && error != EPIPE) return failure(error, "cannot write to standard output");
  return {};
}

Status show(const Context& context, const ui::View& view) {
  return write_out(ui::render(view, context.terminal));
}

void write_error(std::string_view sentence) {
  // Messages contain names from files, the kernel and the command line. Escape them, so that no
  // name sends control codes to the terminal.
  const std::string shown = "weir: " + escape_sentence(sentence);
  // An error here cannot be reported anywhere.
  static_cast<void>(disk::write_all(STDERR_FILENO, shown + "\n"));
}

Status write_file(const std::string& path, std::string_view text) {
  if (path == "-") return write_out(text);
  const std::string what = "cannot write " + escape_bytes(path);
  Status status = write_to_path(path, text);
  if (!status.ok() && status.error().code == ErrorCode::not_found && path.ends_with('/'))
    return make_error(ErrorCode::wrong_use, what + ": it names a folder that does not exist");
  return std::move(status).with_context(what);
}

Result<std::string> read_to_end(const UniqueFd& file) {
  std::string text;
  std::array<char, std::size_t{64} << 10U> buffer{};
  while (text.size() <= read_limit) {
    const auto got = read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return errno == EISDIR ? make_error(ErrorCode::wrong_use, "it is a folder")
                             : disk::disk_error(errno);
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

Result<std::string> read_file(const std::string& path) {
  const std::string what = "cannot read " + escape_bytes(path);
  const UniqueFd file(path == "-" ? dup(STDIN_FILENO)
                                  : open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.valid()) return failure(errno, what);
  return read_to_end(file).with_context(what);
}

}  // namespace weir::app
