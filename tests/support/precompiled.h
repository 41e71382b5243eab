// The headers that the test programs parse and compile once: GoogleTest, the values, and the
// containers of values (docs/decisions/0013). Not a substitute for includes: `make lint` builds
// without it.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/finding.h"
#include "model/recording.h"

#define WEIR_SHARED_TEMPLATE extern template
#include "support/shared_templates.h"
#undef WEIR_SHARED_TEMPLATE
