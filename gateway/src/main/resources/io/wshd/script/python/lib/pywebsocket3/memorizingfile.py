"""A file that remembers the lines read from it."""

import sys


class MemorizingFile:
    """Wraps a file; lines read by ``readline`` can be had again, everything else goes to the file itself."""

    def __init__(self, file_, max_memorized_lines=sys.maxsize):
        self._file = file_
        self._lines = []
        self._max_memorized_lines = max_memorized_lines
        self._open_line = False

    def __getattr__(self, name):
        return getattr(self._file, name)

    def readline(self, size=-1):
        """A line, or its next part of at most ``size`` bytes; a line read in parts is remembered as one."""
        part = self._file.readline(size)
        if part and (self._open_line or len(self._lines) < self._max_memorized_lines):
            if self._open_line:
                self._lines[-1] += part
            else:
                self._lines.append(part)
            self._open_line = part[-1:] not in ('\n', b'\n')
        return part

    def get_memorized_lines(self):
        """The lines read so far, at most ``max_memorized_lines``."""
        return self._lines
