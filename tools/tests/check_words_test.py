"""The counter of sentences must read the texts for users: prose, data and literals, and no others.
"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[1] / "check_words.py"
LONG = " ".join(["word"] * 26)


class Words(unittest.TestCase):
    def counts_of(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / name
            file.write_text(text, encoding="utf-8")
            done = subprocess.run(
                [sys.executable, str(TOOL), str(file)], capture_output=True, text=True, check=True
            )
        return done.stdout

    def test_sentences_of_prose_are_counted_and_code_is_not(self):
        text = f"# A heading of four words\n\n{LONG}. Four more words here.\n\n```\n{LONG}\n```\n"
        self.assertIn("2 sentences: 1 of more than 25 words", self.counts_of("a.md", text))

    def test_a_sentence_may_begin_with_the_small_letter_of_weir(self):
        half = " ".join(["word"] * 13)
        text = f"{half}. weir {half}.\n"
        self.assertIn("2 sentences: 0 of more than 25 words", self.counts_of("a.md", text))

    def test_texts_of_data_are_counted_and_sources_are_not(self):
        text = f'meaning = "{LONG}."\nsources = ["{LONG}"]\n'
        self.assertIn("1 sentences: 1 of more than 25 words", self.counts_of("a.toml", text))

    def test_literals_of_code_are_joined_and_comments_are_not_counted(self):
        half = " ".join(["word"] * 13)
        text = f'// {LONG}\nfail("{half} "\n     "{half}");\n'
        self.assertIn("1 sentences: 1 of more than 25 words", self.counts_of("a.cpp", text))

    def test_an_odd_word_is_counted(self):
        self.assertIn("1 with an odd word", self.counts_of("a.md", "Whoever reads this stumbles."))
        self.assertIn("0 with an odd word", self.counts_of("a.md", "A reader of this does not."))


if __name__ == "__main__":
    unittest.main()
