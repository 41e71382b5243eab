// judged(): a Recording's Report with its sentences, as `weir check` shows it if nothing is to be
// changed. Not a rule's own test of its facts.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "judge/judge.h"
#include "judge/sentences.h"
#include "support/lost_subjects.h"
#include "support/recording_builder.h"

namespace weir::test {

/// Also checks two promises of the rules: they supply the facts of their words, and their rows name
/// their needs.
inline Report judged(const Recording& recording, const judge::Filter& filter = {}) {
  static const Catalog catalog = real_catalog();
  Report report = judge::judge(recording, catalog, filter);
  judge::fill_sentences(report.findings, catalog);
  for (const auto& finding : report.findings) {
    EXPECT_EQ((finding.title + finding.meaning + finding.remedy + finding.risk).find('{'),
              std::string::npos)
        << finding.id << " lacks a fact for its words: " << finding.title << finding.meaning
        << finding.remedy << finding.risk;
  }
  expect_losses_to_be_said(recording, catalog, "this recording");
  return report;
}

}  // namespace weir::test
