"""A tree of sources for the tests of the checkers."""

import contextlib
import pathlib
import tempfile


@contextlib.contextmanager
def source_tree(files):
    """Writes the files, named by their path below src, into a new folder; yields the path of src."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve() / "src"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root
