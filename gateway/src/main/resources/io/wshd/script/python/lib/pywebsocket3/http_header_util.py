"""Small readers of HTTP header syntax (RFC 9110 section 5.6): each consumes from a ParsingState or leaves it alone."""

from pywebsocket3 import common

_SEPARATORS = frozenset('()<>@,;:\\"/[]?={} \t')


class ParsingState:
    """A text that is being read: ``data``, and ``head``, the index of the next character."""

    def __init__(self, data):
        self.data = data
        self.head = 0


def peek(state, pos=0):
    """The character ``pos`` after the head, or None past the end."""
    index = state.head + pos
    return state.data[index] if index < len(state.data) else None


def consume(state, amount=1):
    """The next ``amount`` characters, or None when there are fewer."""
    end = state.head + amount
    if end > len(state.data):
        return None
    text = state.data[state.head:end]
    state.head = end
    return text


def consume_string(state, expected):
    """Whether ``expected`` came next; it is consumed then."""
    if not state.data.startswith(expected, state.head):
        return False
    state.head += len(expected)
    return True


def consume_lws(state):
    """Whether white space came next, a line fold before it included; it is consumed then."""
    start = state.head
    consume_string(state, '\r\n')
    if peek(state) not in (' ', '\t'):
        state.head = start
        return False
    while peek(state) in (' ', '\t'):
        state.head += 1
    return True


def consume_lwses(state):
    """Consume all white space and line folds that come next."""
    while consume_lws(state):
        pass


def consume_token(state):
    """The token that comes next, or None."""
    start = end = state.head
    data = state.data
    while end < len(data) and ' ' < data[end] < '\x7f' and data[end] not in _SEPARATORS:
        end += 1
    state.head = end
    return data[start:end] or None


def consume_token_or_quoted_string(state):
    """The token or the quoted string (without its quotes and escapes) that comes next, or None."""
    start = state.head
    if not consume_string(state, '"'):
        return consume_token(state)
    text = []
    while True:
        if consume_lws(state):
            # White space of any length, a line fold in it or not, means one space.
            text.append(' ')
            continue
        c = consume(state)
        if c == '"':
            return ''.join(text)
        if c == '\\':
            c = consume(state)
        elif c == '\r' or c == '\n':
            c = None
        if c is None:
            state.head = start
            return None
        text.append(c)


def _is_char(c):
    return ord(c) <= 127


def _is_ctl(c):
    return ord(c) <= 31 or ord(c) == 127


def quote_if_necessary(s):
    """The text itself when it is a token, else as quoted string."""
    if s and all([_is_char(c) and not _is_ctl(c) and c not in _SEPARATORS for c in s]):
        return s
    return '"' + ''.join(['\\' + c if c == '"' or _is_ctl(c) else c for c in s]) + '"'


def parse_uri(uri):
    """Split an absolute URI of the scheme ws or wss into (host, port, resource).

    An absent port is that of the scheme. All three are None when there is no host, or a port that is no number. Of
    a path, and of a URI of another scheme, host and port are None and the resource is all of it.
    """
    from urllib import parse
    parts = parse.urlsplit(uri)
    if parts.scheme not in (common.WEB_SOCKET_SCHEME, common.WEB_SOCKET_SECURE_SCHEME):
        return None, None, uri
    if not parts.hostname:
        return None, None, None
    try:
        port = parts.port
    except ValueError:
        return None, None, None
    if port is None:
        port = common.DEFAULT_WEB_SOCKET_PORT if parts.scheme == common.WEB_SOCKET_SCHEME else (
            common.DEFAULT_WEB_SOCKET_SECURE_PORT)
    resource = parts.path or '/'
    if parts.query:
        resource += '?' + parts.query
    if parts.fragment:
        resource += '#' + parts.fragment
    return parts.hostname, port, resource
