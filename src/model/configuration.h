// The result of `weir check --config` for sysctl files: a verdict for each line. Not the reading of
// the files (kernel/wire), nor the judgement (judge).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "model/config_line.h"
#include "model/finding.h"
#include "model/not_seen.h"
#include "model/parameter.h"

namespace weir {

/// The machine that a configuration is judged for: this one, or one that flags describe.
struct ConfigHost {
  KernelVersion kernel;
  std::string kernel_text;
  Bytes memory;
  Bytes page_size{4096};
  std::int64_t cpus = 0;
  Pages buffer_pages;              ///< as Host::buffer_pages; 0: estimated
  std::int64_t ehash_entries = 0;  ///< 0: estimated
  bool described = false;          ///< by flags: do not compare with live values
};

struct LineVerdict {
  ConfigLine line;
  Verdict verdict = Verdict::unknown;
  std::optional<Severity> severity;  ///< nothing: no finding
  std::string default_value;         ///< the kernel's own choice; empty if it is not known
  std::string why;
};

struct ConfigReport {
  ConfigHost host;
  std::vector<LineVerdict> lines;
  std::vector<Finding> findings;
};

/// The facts that decide whether a line in /etc/sysctl.d wins at the next boot.
struct BootConfiguration {
  std::vector<ConfigLine> lines;  ///< of all files in systemd's order, /etc/sysctl.conf last
  bool systemd = false;           ///< systemd-sysctl is installed
  bool procps = false;            ///< procps' sysctl is installed
  /// udev's 99-systemd.rules sets an interface's own keys when it appears
  bool interface_rule = false;
  std::vector<NotSeen> not_seen;  ///< files that could not be read
};

}  // namespace weir
