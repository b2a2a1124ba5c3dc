"""Small readers of HTTP header syntax (RFC 9110 section 5.6): each consumes from a ParsingState or leaves it alone."""

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
        c = consume(state)
        if c == '"':
            return ''.join(text)
        if c == '\\':
            c = consume(state)
        if c is None or c == '\r' and not _fold(state):
            state.head = start
            return None
        text.append(' ' if c == '\r' else c)


def _fold(state):
    """Whether the rest of a line fold came next; a fold means one space."""
    state.head -= 1
    return consume_lws(state)


def quote_if_necessary(s):
    """The text itself when it is a token, else as quoted string."""
    state = ParsingState(s)
    if consume_token(state) is not None and state.head == len(s):
        return s
    return '"' + s.replace('\\', '\\\\').replace('"', '\\"') + '"'


def parse_uri(uri):
    """Split an absolute http(s) or ws(s) URI, or a path, into (host, port, resource).

    Host and port are None for a path; port is the scheme's default when absent. All three are None when the URI
    cannot be read, names another scheme or lacks a host.
    """
    from urllib import parse
    if uri.startswith('//'):
        # A path that begins with two slashes, not a network path: request targets have no such form.
        return None, None, uri
    parts = parse.urlsplit(uri)
    resource = (parts.path or '/') + ('?' + parts.query if parts.query else '')
    if not parts.scheme:
        return None, None, uri if uri else '/'
    port = {'http': 80, 'ws': 80, 'https': 443, 'wss': 443}.get(parts.scheme)
    if port is None or not parts.hostname:
        return None, None, None
    try:
        return parts.hostname, parts.port or port, resource
    except ValueError:
        return None, None, None
