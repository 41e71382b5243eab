// The one place where the shared containers of the tests are compiled.
#include "support/precompiled.h"

#define WEIR_SHARED_TEMPLATE template
#include "support/shared_templates.h"
