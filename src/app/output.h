// Writing what weir has to say: to standard output, and to files that are whole or not there.
// Not what is said.
#pragma once

#include <string>
#include <string_view>

#include "app/command.h"
#include "base/fd.h"
#include "base/result.h"
#include "ui/view/view.h"

namespace weir::app {

/// Where standard input, output or error is closed, a stand-in takes its number, which reads and
/// writes nothing: the next file that is opened, such as the journal's lock, must not become what
/// the program prints to.
void occupy_standard_descriptors();

/// All of it, at once. A reader that has gone away (EPIPE) is no error: it has what it wanted.
/// SIGPIPE is ignored by main.
Status write_out(std::string_view text);

/// Draws the view on standard output.
Status show(const Context& context, const ui::View& view);

/// One line on standard error, after "weir: ".
void write_error(std::string_view sentence);

/// Writes a file that the user named, so that it is the old one or the new one; "-" is standard
/// output. What is no ordinary file (a pipe, /dev/null), or is open already (/dev/stdout), is
/// written to as it is. A file that holds names of hosts and processes is for its owner alone
/// (0600), unless it replaces one of the caller's own, whose mode it keeps
/// (disk::inherit_rights()). Another user's link, pipe or device is not used where other users can
/// make them (disk::find_place()). Errors: wrong_use (a folder), not_permitted, not_found, io.
Status write_file(const std::string& path, std::string_view text);

/// A whole file; "-" is standard input. Errors: not_found, not_permitted, wrong_use (a folder),
/// malformed (longer than what weir writes), io.
Result<std::string> read_file(const std::string& path);

/// What is left in an open file, up to the longest text that weir takes. Errors: wrong_use (a
/// folder), io.
Result<std::string> read_to_end(const UniqueFd& file);

}  // namespace weir::app
