// A ConfigReport as a View: the verdict on each line of the sysctl files. Pure. Not the judgement:
// judge/configuration.h.
#pragma once

#include "model/configuration.h"
#include "ui/view/view.h"

namespace weir::ui {

[[nodiscard]] View config_view(const ConfigReport& report);

}  // namespace weir::ui
