"""A tree of sources for the tests of the checkers that read one."""

import contextlib
import pathlib
import tempfile


@contextlib.contextmanager
def source_tree(files):
    """The files, by their path below src, in a folder of their own; gives the path of src."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder).resolve() / "src"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield root
