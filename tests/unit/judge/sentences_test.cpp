#include "judge/sentences.h"

#include <gtest/gtest.h>

#include "judge/words.h"

namespace weir::judge::sentences_test {

Catalog small_catalog() {
  FindingEntry entry;
  entry.id = "close.made-up";
  entry.text = {"{sockets} are left", "They stay.", "Raise it to {target}.", "None."};
  entry.variants["few"] = {"few are left", "", "", ""};
  return Catalog({}, {entry}, {}, {{"target", "a larger number"}});
}

Finding left_sockets(std::string_view variant = "") {
  Finding finding = make_finding("close.made-up", variant, Severity::notice, {{"sockets", "7"}});
  finding.wording.planned["target"] = "net.ipv4.made_up";
  return finding;
}

Finding filled(Finding finding, const Catalog& catalog = small_catalog()) {
  std::vector<Finding> findings{std::move(finding)};
  fill_sentences(findings, catalog);
  return findings.front();
}

TEST(Sentences, HoldTheFactsAndThePlannedValueOfTheirTarget) {
  Finding finding = left_sockets();
  finding.changes = {{StepKind::sysctl, "net.ipv4.other", "1", "2"},
                     {StepKind::sysctl, "net.ipv4.made_up", "10", "40"}};
  EXPECT_EQ(filled(finding).title, "7 are left");
  EXPECT_EQ(filled(finding).remedy, "Raise it to 40.");
}

TEST(Sentences, WithoutAPlannedValueTheNeutralPhraseIsUsed) {
  EXPECT_EQ(filled(left_sockets()).remedy, "Raise it to a larger number.");
}

TEST(Sentences, AVariantReplacesTheTextsThatItHas) {
  EXPECT_EQ(filled(left_sockets("few")).title, "few are left");
  EXPECT_EQ(filled(left_sockets("few")).meaning, "They stay.");
}

TEST(Sentences, ARemedyOfItsOwnReplacesTheCatalogs) {
  Finding finding = left_sockets();
  finding.wording.remedy = "Delete the {sockets}.";
  EXPECT_EQ(filled(finding).remedy, "Delete the 7.");
}

TEST(Sentences, OfAReportThatWasReadStay) {
  Finding read;
  read.id = "close.made-up";
  read.title = "as it was";
  read.remedy = "Do that.";
  EXPECT_EQ(filled(read), read);
  EXPECT_EQ(find_remedy_text(read, small_catalog()), "Do that.");
}

TEST(Sentences, FindingThatTheCatalogLacksHasItsIdAsTitle) {
  EXPECT_EQ(filled(left_sockets(), Catalog()).title, "close.made-up");
}

TEST(Sentences, TheRemedyIsKnownBeforeThePlanIs) {
  EXPECT_EQ(find_remedy_text(left_sockets(), small_catalog()), "Raise it to a larger number.");
}

}  // namespace weir::judge::sentences_test
