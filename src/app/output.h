// Writing the output: to standard output, and to files that are either whole or absent. Not its
// content.
#pragma once

#include <string>
#include <string_view>

#include "app/command.h"
#include "base/fd.h"
#include "base/result.h"
#include "ui/view/view.h"

namespace weir::app {

/// If standard input, output or error is closed, opens a stand-in with its number, which cannot be
/// read or written. Otherwise the next opened file, such as the journal's lock, would get that
/// number and receive the program's output.
void occupy_standard_descriptors();

/// Writes the whole text at once. A reader that has closed the pipe (EPIPE) is not an error. main
/// ignores SIGPIPE.
Status write_out(std::string_view text);

/// Draws the view on standard output.
Status show(const Context& context, const ui::View& view);

/// Writes one line on standard error, after "weir: ".
void write_error(std::string_view sentence);

/// Writes a file that the user named: afterwards it is the old file or the new one. "-" is standard
/// output. A target that is not an ordinary file (a pipe, /dev/null) or is already open
/// (/dev/stdout) is written to without being replaced. The file holds names of hosts and processes,
/// so only its owner can read it (0600). A file of the caller that is replaced keeps its mode
/// (disk::inherit_rights()). Another user's link, pipe or device is not used where other users can
/// make them (disk::find_place()). Errors: wrong_use (a folder), not_permitted, not_found, io.
Status write_file(const std::string& path, std::string_view text);

/// Reads a whole file; "-" is standard input. Errors: not_found, not_permitted, wrong_use (a
/// folder), malformed (longer than any file that weir writes), io.
Result<std::string> read_file(const std::string& path);

/// Reads the rest of an open file, up to the longest text that weir accepts. Errors: wrong_use (a
/// folder), io.
Result<std::string> read_to_end(const UniqueFd& file);

}  // namespace weir::app
