#include "model/catalog.h"

#include <gtest/gtest.h>

namespace weir::catalog_test {

TEST(Catalog, PatternMatchesExactlyOneComponent) {
  EXPECT_TRUE(matches_pattern("net.ipv4.conf.eth0.rp_filter", "net.ipv4.conf.*.rp_filter"));
  EXPECT_FALSE(matches_pattern("net.ipv4.conf.rp_filter", "net.ipv4.conf.*.rp_filter"));
  EXPECT_FALSE(matches_pattern("net.ipv4.conf.eth0.100.rp_filter", "net.ipv4.conf.*.rp_filter"));
}

TEST(Catalog, ExactNameWinsOverPattern) {
  Parameter pattern;
  pattern.name = "net.ipv4.conf.*.rp_filter";
  Parameter exact;
  exact.name = "net.ipv4.conf.all.rp_filter";
  const Catalog catalog({pattern, exact}, {}, {});
  EXPECT_EQ(catalog.find_parameter("net.ipv4.conf.all.rp_filter")->name, exact.name);
  EXPECT_EQ(catalog.find_parameter("net.ipv4.conf.eth0.rp_filter")->name, pattern.name);
  EXPECT_EQ(catalog.find_parameter("net.core.somaxconn"), nullptr);
}

TEST(Catalog, UnknownProgramGetsTheFallbackServer) {
  const Catalog catalog({}, {},
                        {ServerEntry{{"nginx"}, "nginx", "", "", "", "", ""},
                         ServerEntry{{}, "any server", "", "", "", "", ""}});
  EXPECT_EQ(catalog.find_server("nginx")->title, "nginx");
  EXPECT_EQ(catalog.find_server("mine")->title, "any server");
  EXPECT_EQ(Catalog().find_server("mine"), nullptr);
}

TEST(Catalog, StarAtTheEndOfAProcessNameMatchesAnyRest) {
  const Catalog catalog({}, {},
                        {ServerEntry{{"php-fpm*"}, "PHP-FPM", "", "", "", "", ""},
                         ServerEntry{{"php"}, "php", "", "", "", "", ""}});
  EXPECT_EQ(catalog.find_server("php-fpm8.2")->title, "PHP-FPM");
  EXPECT_EQ(catalog.find_server("php-fpm")->title, "PHP-FPM");
  EXPECT_EQ(catalog.find_server("php")->title, "php");
  EXPECT_EQ(catalog.find_server("php8"), nullptr);
}

TEST(Catalog, TheSettingOfAServerHasItsPlaceBehindAComma) {
  const ServerEntry nginx{
      {"nginx"},  "nginx", "listen … backlog={backlog}", "the `listen` directive", "",
      "Restart.", ""};
  EXPECT_EQ(describe_setting(nginx, "4096"),
            "nginx: listen … backlog=4096, in the `listen` directive");
  EXPECT_EQ(describe_setting(
                ServerEntry{{}, "another program", "a backlog of {backlog}", "", "", "", ""}, "N"),
            "another program: a backlog of N");
}

}  // namespace weir::catalog_test
