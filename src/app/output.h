// Writing what weir has to say: to standard output, and to files that are whole or not there.
// Not what is said.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::app {

/// Where standard input, output or error is closed, a stand-in takes its number, which reads and writes nothing: the next file that is opened, such as
/// the journal's lock, must not become what the program prints to.
void occupy_standard_descriptors();

/// All of it, at once. A reader that has gone away (EPIPE) is no error: it has what it wanted. SIGPIPE is ignored by main.
Status write_out(std::string_view text);

/// One line on standard error, after "weir: ".
void write_error(std::string_view sentence);

/// Writes beside the file and renames, so that it is the old one or the new one, with mode 0600 where it is new; "-" is standard output. Something that is no
/// ordinary file (/dev/stdout, a pipe) is written to as it is. Errors: wrong_use (a folder), not_permitted, io.
Status write_file(const std::string& path, std::string_view text);

/// A whole file; "-" is standard input. Errors: not_found, not_permitted, wrong_use (a folder), malformed (longer than what weir writes), io.
Result<std::string> read_file(const std::string& path);

}  // namespace weir::app
