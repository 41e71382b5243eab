"""The knowledge checker must accept a correct folder and find each kind of mistake."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOOLS))
import check_knowledge  # noqa: E402
import knowledge_rules as rules  # noqa: E402

SOUND = """
[[parameter]]
name = "net.ipv4.neigh.*.gc_stale_time"
kind = "sysctl"
stage = "neighbour"
scope = "interface"
type = "integer"
unit = "s"
summary = "How long an unused entry stays."
behavior = "The collector removes it."
formula = "60."
sources = ["net/core/neighbour.c"]
[[parameter.default]]
since = "4.18"
value = "60"

[[parameter]]
name = "net.ipv4.tcp_rmem"
kind = "sysctl"
stage = "buffers"
also_stages = ["transmission"]
scope = "netns"
type = "integers"
count = 3
unit = "bytes"
min = 1
max = 2147483647
summary = "The receive buffer."
behavior = "It grows."
formula = "Leave it."
sources = ["net/ipv4/tcp.c"]
see = ["net.ipv4.tcp_congestion_control"]
lower_is_worse = [2]
[[parameter.default]]
since = "4.18"
value = "4096 87380 6291456"
[[parameter.default]]
since = "6.16"
rule = "tcp_rmem"
[[parameter.verdict]]
when = "value.2 <= 0.5*default.2 and kernel >= '6.16'"
verdict = "harmful"
severity = "warning"
why = "Too little."
[[parameter.verdict]]
when = "value.0 > ram.bytes"
verdict = "harmful"
why = "Too much."

[[parameter]]
name = "net.ipv4.tcp_congestion_control"
kind = "sysctl"
stage = "transmission"
scope = "netns"
type = "text"
unit = "name"
summary = "The algorithm."
behavior = "New connections take it."
formula = "Measure."
sources = ["ip-sysctl.rst"]
[[parameter.default]]
since = "4.18"
rule = "distribution"
[[parameter.verdict]]
when = "value == 'reno' and net.ipv4.tcp_rmem#2 > 1"
verdict = "conditional"
why = "Old."
"""

LEFT_OUT = """
[[left_out]]
name = "net.core.bpf_jit_*"
reason = "Switches of the BPF compiler, no part of a connection's way."
"""

FINDINGS = """
[placeholder]
limit = "N"
[[finding]]
id = "buffers.full"
stage = "buffers"
title = "a buffer is full at {limit}"
meaning = "It is full."
remedy = "Wait."
risk = "None."
told_apart_by = "The counter."
parameters = ["net.ipv4.tcp_rmem", "net.ipv4.tcp_*"]
sources = ["tcp.c"]
[finding.variant.small]
meaning = "It is full at {limit}."
[[finding]]
id = "idle.slow"
explains = [{ symptom = "buffers.full", when = "own-port" }]
stage = "idle"
title = "a client is slow"
meaning = "It is slow."
remedy = "Wait."
risk = "None."
told_apart_by = "The counter."
sources = ["tcp.c"]
[[finding]]
id = "link.later"
planned = true
stage = "link"
title = "something that weir does not find yet"
meaning = "It is not found."
remedy = "Wait."
risk = "None."
told_apart_by = "The counter."
sources = ["tcp.c"]
"""


def complaints_of(parameters=SOUND, left_out=LEFT_OUT, findings=FINDINGS, live=None):
    """Returns the output and the exit code of main() for a folder with these three texts."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "parameters.toml").write_text(parameters, encoding="utf-8")
        (folder / "left-out.toml").write_text(left_out, encoding="utf-8")
        (folder / "findings.toml").write_text(findings, encoding="utf-8")
        arguments = [str(folder)]
        if live is not None:
            for path in live:
                (folder / "proc/sys" / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / "proc/sys" / path).write_text("1\n", encoding="utf-8")
            arguments = ["--kernel", "--proc", str(folder / "proc"), *arguments]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = check_knowledge.main(arguments)
        return code, out.getvalue() + err.getvalue()


class Format(unittest.TestCase):
    def spoil(self, old, new, text=SOUND):
        self.assertIn(old, text, "the fixture no longer holds what the test changes")
        return text.replace(old, new, 1)

    def assert_found(self, old, new, complaint):
        code, printed = complaints_of(parameters=self.spoil(old, new))
        self.assertIn(complaint, printed)
        self.assertEqual(1, code)

    def test_a_sound_folder_passes(self):
        code, printed = complaints_of()
        self.assertEqual("3 parameters, 1 left out: 0 complaints\n", printed)
        self.assertEqual(0, code)

    def test_missing_and_unknown_keys_are_found(self):
        self.assert_found('unit = "bytes"\n', "", "net.ipv4.tcp_rmem: 'unit' is missing")
        self.assert_found('unit = "bytes"', 'unit = "bytes"\nunits = "x"', "unknown key 'units'")
        self.assert_found(
            'verdict = "conditional"',
            'verdict = "conditional"\nbecause = "x"',
            "unknown key 'because'",
        )
        self.assert_found('why = "Old."\n', "", "'why' is missing")

    def test_mistyped_values_are_found(self):
        self.assert_found("count = 3", 'count = "3"', "'count' is not an integer")
        self.assert_found("min = 1", "min = true", "'min' is not an integer")
        self.assert_found(
            'sources = ["net/ipv4/tcp.c"]', "sources = [1]", "'sources' is not a list of texts"
        )
        self.assert_found(
            'summary = "The receive buffer."',
            'summary = " The receive buffer."',
            "'summary' has blanks",
        )
        self.assert_found('summary = "The receive buffer."', 'summary = ""', "'summary' is empty")

    def test_words_outside_of_their_lists_are_found(self):
        self.assert_found('stage = "buffers"', 'stage = "buffer"', "'buffer' is not a stage")
        self.assert_found(
            'also_stages = ["transmission"]', 'also_stages = ["buffers"]', "or is the entry's own"
        )
        self.assert_found('scope = "netns"', 'scope = "world"', "'world' is not a scope")
        self.assert_found('kind = "sysctl"', 'kind = "knob"', "'knob' is not a kind")
        self.assert_found('type = "text"', 'type = "word"', "'word' is not a type")
        self.assert_found(
            'verdict = "harmful"', 'verdict = "removed"', "'removed' is not a verdict of a rule"
        )
        self.assert_found('severity = "warning"', 'severity = "bad"', "'bad' is not a severity")
        self.assert_found(
            'rule = "tcp_rmem"', 'rule = "rmem"', "'rmem' is not a rule for a default"
        )

    def test_defaults_out_of_order_or_range_are_found(self):
        self.assert_found('since = "6.16"', 'since = "4.18"', "oldest first")
        self.assert_found('since = "6.16"', 'since = "soon"', "'soon' is not a kernel version")
        self.assert_found(
            'value = "4096 87380 6291456"', 'value = "4096 87380"', "is not 3 integers"
        )
        self.assert_found(
            'value = "4096 87380 6291456"',
            'value = "0 87380 6291456"',
            "outside of 'min' and 'max'",
        )
        self.assert_found(
            'rule = "tcp_rmem"',
            'rule = "tcp_rmem"\nvalue = "1 2 3"',
            "either a 'value' or a 'rule'",
        )

    def test_a_parameter_without_default_is_found_unless_removed(self):
        bare = '[[parameter.default]]\nsince = "4.18"\nrule = "distribution"\n'
        self.assert_found(bare, "", "has a default")
        gone = self.spoil(bare, "").replace('unit = "name"', 'unit = "name"\nremoved = "5.0"')
        self.assertEqual(0, complaints_of(parameters=gone)[0])

    def test_indexes_outside_of_the_integers_are_found(self):
        self.assert_found(
            "lower_is_worse = [2]", "lower_is_worse = [3]", "'lower_is_worse' holds indexes"
        )
        self.assert_found("value.2 <=", "value.3 <=", "'value.3': the parameter has 3 integers")
        self.assert_found("value.2 <=", "value <=", "'value' of several integers needs an index")
        self.assert_found("tcp_rmem#2", "tcp_rmem#3", "it has 3 integers")

    def test_rules_outside_of_the_grammar_are_found(self):
        self.assert_found(
            "value.0 > ram.bytes", "value.0 ~ ram.bytes", "one of == != < <= > >= is expected"
        )
        self.assert_found(
            "value.0 > ram.bytes", "value.0 > ram.bytes or value.1 > 1", "'and' is expected"
        )
        self.assert_found("value.0 > ram.bytes", "value.0 > ram.byte$", "'and' is expected")
        self.assert_found("value.0 > ram.bytes", "value.0 >", "a term is expected")
        self.assert_found(
            "kernel >= '6.16'", "kernel >= 6.16", "'kernel' is compared with a quoted version"
        )
        self.assert_found("kernel >= '6.16'", "2*kernel >= '6.16'", "a version takes no factor")
        self.assert_found("value == 'reno'", "value > 'reno'", "a text is compared with == or !=")
        self.assert_found(
            "value.0 > ram.bytes",
            "value.0 == 'big'",
            "an integer is not compared with a quoted text",
        )
        self.assert_found("value.0 > ram.bytes", "1 < 2", "compares two constants")
        self.assert_found(
            "value == 'reno' and",
            "value == default and",
            "'default' is compared, and the parameter has none",
        )
        self.assert_found(
            "net.ipv4.tcp_rmem#2 > 1",
            "net.ipv4.tcp_nothing > 1",
            "'net.ipv4.tcp_nothing' is not in the catalog",
        )

    def test_a_rule_that_is_never_reached_is_found(self):
        twice = "value.2 <= 0.5*default.2 and kernel >= '6.16'"
        self.assert_found("value.0 > ram.bytes", twice, "the second is never reached")

    def test_duplicates_and_disorder_are_found(self):
        self.assert_found(
            'name = "net.ipv4.tcp_congestion_control"',
            'name = "net.ipv4.tcp_rmem"',
            "occurs here for the second time",
        )
        self.assert_found('stage = "neighbour"', 'stage = "host"', "ordered by stage, then name")

    def test_see_names_other_entries_only(self):
        self.assert_found(
            'see = ["net.ipv4.tcp_congestion_control"]',
            'see = ["net.ipv4.tcp_x"]',
            "'net.ipv4.tcp_x' in 'see'",
        )

    def test_left_out_needs_reasons_and_does_not_overlap(self):
        code, printed = complaints_of(
            left_out='[[left_out]]\nname = "net.core.x"\nreason = "Boring."\n'
        )
        self.assertIn("the reason is not a whole sentence", printed)
        self.assertEqual(1, code)
        overlap = LEFT_OUT.replace("net.core.bpf_jit_*", "net.ipv4.neigh.eth0.gc_stale_time")
        self.assertIn("is in the catalog as well", complaints_of(left_out=overlap)[1])
        overlap = LEFT_OUT.replace("net.core.bpf_jit_*", "net.ipv4.tcp_*")
        self.assertIn("is in the catalog as well", complaints_of(left_out=overlap)[1])
        self.assertIn("for the second time", complaints_of(left_out=LEFT_OUT * 2)[1])

    def test_mistakes_in_findings_are_found(self):
        for old, new, complaint in (
            ('stage = "buffers"', 'stage = "idle"', "with the entry's own stage"),
            ('risk = "None."\n', "", "'risk' is missing"),
            (
                'title = "a buffer is full at {limit}"',
                'title = "a buffer is full."',
                "'title' ends in a full stop",
            ),
            (
                "It is full at {limit}.",
                "It is full at {limits}.",
                "'{limits}' is not in the table of placeholders",
            ),
            ("It is full at {limit}.", "It is full at {limit.", "a brace has no partner"),
            (
                '"net.ipv4.tcp_rmem"',
                '"net.ipv4.tcp_none"',
                "'net.ipv4.tcp_none' in 'parameters' is not in the catalog",
            ),
            (
                "[finding.variant.small]\nmeaning",
                "[finding.variant.small]\nmeanings",
                "unknown key 'meanings'",
            ),
        ):
            code, printed = complaints_of(findings=self.spoil(old, new, FINDINGS))
            self.assertIn(complaint, printed)
            self.assertEqual(1, code)

    def test_a_cause_explains_findings_that_weir_makes_by_relations_that_it_knows(self):
        row = '{ symptom = "buffers.full", when = "own-port" }'
        for old, new, complaint in (
            ('"own-port"', '"moonlight"', "'moonlight' in 'explains' is not a relation"),
            ('symptom = "buffers.full"', 'symptom = "buffers.gone"', "is not another finding"),
            ('symptom = "buffers.full"', 'symptom = "link.later"', "is not another finding"),
            ('symptom = "buffers.full"', 'symptom = "idle.slow"', "is not another finding"),
            (', when = "own-port"', "", "'when' is missing"),
            (f"[{row}]", f"[{row}, {row}]", "'buffers.full' occurs twice in 'explains'"),
            ('id = "idle.slow"', 'id = "idle.slow"\nplanned = true', "explains nothing yet"),
            ("planned = true", 'planned = "soon"', "'planned' is not true or false"),
        ):
            code, printed = complaints_of(findings=self.spoil(old, new, FINDINGS))
            self.assertIn(complaint, printed)
            self.assertEqual(1, code)

    def test_an_unreadable_folder_is_wrong_use(self):
        code, printed = complaints_of(parameters="[[parameter\n")
        self.assertEqual(2, code)
        self.assertEqual(1, printed.count("\n"))


class Kernel(unittest.TestCase):
    def test_a_live_parameter_without_an_entry_is_found(self):
        code, printed = complaints_of(
            live=[
                "net/ipv4/tcp_rmem",
                "net/core/bpf_jit_enable",
                "net/ipv4/neigh/default/gc_stale_time",
            ]
        )
        self.assertEqual(0, code, printed)
        for path in (
            "net/core/new",
            "net/ipv4/tcp_new",
            "net/ipv6/neigh/default/new",
            "net/netfilter/nf_conntrack_new",
            "net/nf_conntrack_new",
        ):
            code, printed = complaints_of(live=[path])
            self.assertIn(path.replace("/", ".") + ": this kernel has it", printed)
            self.assertEqual(1, code)

    def test_parameters_of_other_families_are_ignored(self):
        self.assertEqual(
            0,
            complaints_of(
                live=["net/ipv4/tcp_rmem", "net/ipv4/ip_forward", "net/netfilter/nf_log_all_netns"]
            )[0],
        )

    def test_an_unreadable_kernel_does_not_pass(self):
        self.assertEqual(2, complaints_of(live=[])[0])


class Rules(unittest.TestCase):
    def holds(self, when, **facts):
        return rules.holds(rules.parse_when(when), rules.Facts(**facts))

    def test_numbers_texts_and_versions_compare(self):
        self.assertTrue(self.holds("value.1 > 0.5*default.1", value="1 6 3", default="1 10 3"))
        self.assertFalse(self.holds("value.1 > 0.5*default.1", value="1 5 3", default="1 10 3"))
        self.assertTrue(self.holds("kernel >= '6.9' and kernel < '6.16'", value="", kernel="6.12"))
        self.assertTrue(
            self.holds("value == 'fq' and a.b != 'bbr'", value="fq", sysctls={"a.b": "cubic"})
        )
        self.assertTrue(self.holds("4*value < ram.pages", value="1023", ram_bytes=4096 * 4096))

    def test_an_unknown_value_makes_a_rule_false(self):
        self.assertFalse(self.holds("a.b == 0", value="1"))
        self.assertFalse(self.holds("a.b != 0", value="1"))
        self.assertFalse(self.holds("a.b#2 > 0", value="1", sysctls={"a.b": "1 2"}))
        self.assertFalse(self.holds("value < default", value="1"))


if __name__ == "__main__":
    unittest.main()
