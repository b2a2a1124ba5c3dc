"""A file that remembers the lines read from it."""

from typing import Any


class MemorizingFile:
    """Wraps a file; lines read by ``readline`` can be had again, everything else goes to the file itself."""
    def __init__(self, file_, max_memorized_lines=...) -> None: ...
    def readline(self, size=...) -> Any:
        """A line, or its next part of at most ``size`` bytes; a line read in parts is remembered as one."""
        ...
    def get_memorized_lines(self) -> Any:
        """The lines read so far, at most ``max_memorized_lines``."""
        ...
