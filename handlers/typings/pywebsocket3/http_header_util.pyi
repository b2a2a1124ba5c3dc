"""Small readers of HTTP header syntax (RFC 9110 section 5.6): each consumes from a ParsingState or leaves it alone."""

from typing import Any
from pywebsocket3 import common as common


class ParsingState:
    """A text that is being read: ``data``, and ``head``, the index of the next character."""
    data: Any
    head: int
    def __init__(self, data) -> None: ...

def peek(state, pos=0) -> Any:
    """The character ``pos`` after the head, or None past the end."""
    ...

def consume(state, amount=1) -> Any:
    """The next ``amount`` characters, or None when there are fewer."""
    ...

def consume_string(state, expected) -> bool:
    """Whether ``expected`` came next; it is consumed then."""
    ...

def consume_lws(state) -> bool:
    """Whether white space came next, a line fold before it included; it is consumed then."""
    ...

def consume_lwses(state) -> None:
    """Consume all white space and line folds that come next."""
    ...

def consume_token(state) -> Any:
    """The token that comes next, or None."""
    ...

def consume_token_or_quoted_string(state) -> Any:
    """The token or the quoted string (without its quotes and escapes) that comes next, or None."""
    ...

def quote_if_necessary(s) -> Any:
    """The text itself when it is a token, else as quoted string."""
    ...

def parse_uri(uri) -> tuple[Any, ...]:
    """Split an absolute URI of the scheme ws or wss into (host, port, resource).

    An absent port is that of the scheme. All three are None when there is no host, or a port that is no number. Of
    a path, and of a URI of another scheme, host and port are None and the resource is all of it."""
    ...
