"""The ``request`` that a handler gets: the client's handshake, and the connection's state."""


class Headers:
    """The request's header fields in the order sent, looked up by name in any case.

    As with the message object that pywebsocket gives to handlers, ``headers[name]`` of an absent field is None,
    a field sent several times gives its first value, and ``get_all`` gives them all.
    """

    __slots__ = ('_items', '_first')

    def __init__(self, raw):
        items = []
        first = {}
        for line in raw.split('\r\n'):
            name, colon, value = line.partition(':')
            if colon:
                value = value.strip(' \t')
                items.append((name, value))
                first.setdefault(name.lower(), value)
        self._items = items
        self._first = first

    def __getitem__(self, name):
        return self._first.get(name.lower())

    def __contains__(self, name):
        return name.lower() in self._first

    def __iter__(self):
        return iter(self.keys())

    def __len__(self):
        return len(self._items)

    def __str__(self):
        return ''.join([f'{name}: {value}\r\n' for name, value in self._items])

    def get(self, name, default=None):
        """The first value of the field, or ``default``."""
        return self._first.get(name.lower(), default)

    def get_all(self, name, default=None):
        """The values of every line of the field in a list, or ``default`` when there is none."""
        name = name.lower()
        return [value for key, value in self._items if key.lower() == name] or default

    def keys(self):
        """The names of the fields as sent, one for each line."""
        return [name for name, _ in self._items]

    def values(self):
        """The values of the fields, one for each line."""
        return [value for _, value in self._items]

    def items(self):
        """The pairs of name and value, one for each line."""
        return list(self._items)


class Connection:
    """The addresses of the connection's two ends."""

    def __init__(self, info):
        self._info = info

    @property
    def remote_addr(self):
        """The client's (host, port)."""
        return self._info.remoteHost(), self._info.remotePort()

    @property
    def remote_ip(self):
        """The client's address without the port."""
        return self._info.remoteHost()

    @property
    def local_addr(self):
        """The gateway's (host, port)."""
        return self._info.localHost(), self._info.localPort()

    def get_remote_addr(self):
        """The client's (host, port)."""
        return self.remote_addr

    def get_local_addr(self):
        """The gateway's (host, port)."""
        return self.local_addr


def _origin_form(request):
    """Path and query of the request target; the absolute form (RFC 9112 section 3.2.2) loses scheme and host."""
    target = request.unparsed_uri
    if target.startswith('/') or '://' not in target:
        return target
    _, slash, rest = target.partition('://')[2].partition('/')
    return '/' + rest if slash else '/'


def _requested_protocols(request):
    protocols = [token.strip(' \t') for token in request._info.protocols().split(',')]
    return [token for token in protocols if token] or None


def _requested_extensions(request):
    offered = request._info.extensions()
    if not offered:
        return None
    from pywebsocket3 import common
    try:
        return common.parse_extensions(offered)
    except common.ExtensionParsingException:
        # The host has judged the offer already; a list that cannot be read offers nothing.
        return None


# Attributes that cost something are computed when a handler first looks at them, then are plain attributes.
_LAZY = {
    'headers_in': lambda request: Headers(request._info.headers()),
    'headers_out': lambda request: {},
    'connection': lambda request: Connection(request._info),
    'uri': _origin_form,
    'ws_resource': _origin_form,
    'unparsed_uri': lambda request: request._info.uri(),
    'method': lambda request: request._info.method(),
    'protocol': lambda request: request._info.protocol(),
    'ws_origin': lambda request: request.headers_in.get('Origin'),
    'ws_requested_protocols': _requested_protocols,
    'ws_requested_extensions': _requested_extensions,
}


class Request:
    """One client's handshake and connection. Handlers may set attributes of their own on it.

    ws_resource: path and query that the client asked for.
    ws_origin: the Origin header or None.
    ws_version: 13.
    ws_requested_protocols: list of the subprotocols that the client offers, in its order, or None.
    ws_protocol: set it in web_socket_do_extra_handshake to the one chosen.
    ws_requested_extensions: list of common.ExtensionParameter, or None.
    ws_close_code, ws_close_reason: what the client's Close said; 1005 when it was empty, 1006 when none came.
    client_terminated: the client's Close has been received.
    server_terminated: the server's Close has been sent; a handler that sets it keeps the server from sending one.
    extra_headers: list of (name, value) that the answer to the handshake carries.
    headers_in: the request's header fields, by name in any case.
    connection: the two addresses.
    ws_stream: the stream.Stream to the client, in web_socket_transfer_data.
    """

    ws_version = 13

    def __init__(self, info):
        self._info = info
        self.ws_protocol = None
        self.ws_extensions = None
        self.ws_close_code = None
        self.ws_close_reason = None
        self.client_terminated = False
        self.server_terminated = False
        self.extra_headers = []
        self.status = 200
        self.ws_stream = None

    def __getattr__(self, name):
        compute = _LAZY.get(name)
        if compute is None:
            raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')
        value = compute(self)
        setattr(self, name, value)
        return value

    def is_https(self):
        """Whether the client came over TLS."""
        return self._info.secure()

    def get_uri(self):
        """Path and query that the client asked for."""
        return self.uri

    def get_method(self):
        """The HTTP method: GET."""
        return self.method

    def get_protocol(self):
        """The HTTP version, such as HTTP/1.1."""
        return self.protocol

    def get_remote_host(self):
        """The client's address; names are not looked up."""
        return self._info.remoteHost()

    def log_error(self, message, level=None):
        """Write the message to the gateway's log as an error; ``level`` is taken for compatibility only."""
        self._info.log('error', str(message))
