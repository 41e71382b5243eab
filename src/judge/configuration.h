// Judges sysctl configuration lines for one machine: a verdict for each line, and the findings
// host.setting-…. Pure. Not a reader of files: kernel/wire parses their text, and sense finds them
// in the loader's order.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/catalog.h"
#include "model/configuration.h"

namespace weir::judge {

/// `lines` in the order in which the loader applies them; `live` holds the running values (empty
/// for a described host).
[[nodiscard]] ConfigReport judge_configuration(const std::vector<ConfigLine>& lines,
                                               const ConfigHost& host,
                                               const std::map<std::string, std::string>& live,
                                               const Catalog& catalog);

}  // namespace weir::judge
