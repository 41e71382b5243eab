#include "app/commands.h"
#include "app/output.h"
#include "ui/cli/render.h"

namespace weir::app {

Status show(const Context& context, const ui::View& view) {
  return write_out(ui::render(view, context.terminal));
}

}  // namespace weir::app
