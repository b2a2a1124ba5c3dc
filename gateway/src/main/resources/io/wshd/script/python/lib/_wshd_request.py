"""The ``request`` that a handler gets: the client's handshake, and the connection's state."""


class Headers:
    """The request's header fields, looked up by name in any case; in no particular order.

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
    """The connection to the client: its two addresses, and its bytes.

    The first call of ``read`` or ``write`` makes the connection one of raw bytes: nothing is sent on the handler's
    behalf any more but the answer to the handshake, if that has not been sent, and what ``request.ws_stream`` is
    asked for.
    """

    def __init__(self, request):
        self._request = request
        self._info = request._info

    def write(self, data):
        """Write bytes as they are, and return how many; waits while the client is slow to read.

        Raises TypeError for a str, and ConnectionLostException, which is an OSError, when the client has gone.
        """
        if type(data) is not bytes:
            if isinstance(data, str):
                raise TypeError("a bytes-like object is required, not 'str'")
            data = bytes(memoryview(data))
        if not self._request._go_raw().write(data):
            from pywebsocket3._errors import ConnectionLostException
            raise ConnectionLostException('Broken pipe: the client has closed the connection')
        return len(data)

    def read(self, length=-1):
        """Wait for bytes and return those that are there, at most ``length``; none at the end of the connection.

        As with a socket, fewer may come than were asked for: ``ws_stream.receive_bytes`` waits for all of them.
        Without a length, everything up to the end.
        """
        raw = self._request._go_raw()
        if length > 0:
            return raw.read(min(length, 65536)) or b''
        parts = []
        while length:
            part = raw.read(65536)
            if part is None:
                break
            parts.append(part)
        return b''.join(parts)

    def readline(self):
        """Wait for bytes up to and with a line feed and return them."""
        line = bytearray()
        while not line.endswith(b'\n'):
            byte = self.read(1)
            if not byte:
                break
            line += byte
        return bytes(line)

    def get_memorized_lines(self):
        """The lines of the request's head, with their ends."""
        request = self._request
        head = f'{request.method} {request.unparsed_uri} {request.protocol}\r\n{self._info.headers()}\r\n'
        return head.encode('iso-8859-1', 'replace').splitlines(True)

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
    return _parsed_extensions(request._info.extensions())


def _parsed_extensions(text):
    if not text:
        return None
    from pywebsocket3 import common
    try:
        return common.parse_extensions(text)
    except common.ExtensionParsingException:
        # The host has judged the offer already; a list that cannot be read offers nothing.
        return None


def _extension_processors(request):
    offered = request.ws_requested_extensions
    if not offered:
        return []
    from pywebsocket3 import extensions
    return extensions.get_extension_processors(offered)


# Attributes that cost something are computed when a handler first looks at them, then are plain attributes.
_LAZY = {
    'headers_in': lambda request: Headers(request._info.headers()),
    'headers_out': lambda request: {},
    'connection': Connection,
    'uri': _origin_form,
    'ws_resource': _origin_form,
    'unparsed_uri': lambda request: request._info.uri(),
    'method': lambda request: request._info.method(),
    'protocol': lambda request: request._info.protocol(),
    'ws_origin': lambda request: request.headers_in.get('Origin'),
    'ws_requested_protocols': _requested_protocols,
    'ws_requested_extensions': _requested_extensions,
    'ws_extension_processors': _extension_processors,
    '_compatible': lambda request: request._connection.compatible(),
    '_limit': lambda request: request._connection.limit(),
}


class Request:
    """One client's handshake and connection. Handlers may set attributes of their own on it.

    ws_resource: path and query that the client asked for.
    ws_origin: the Origin header or None.
    ws_version: 13.
    ws_requested_protocols: list of the subprotocols that the client offers, in its order, or None.
    ws_protocol: set it in web_socket_do_extra_handshake to the one chosen.
    ws_requested_extensions: list of common.ExtensionParameter, or None.
    ws_extension_processors: list of the processors for them; in web_socket_do_extra_handshake it may be changed.
    ws_extensions: list of the common.ExtensionParameter that the answer has, or None.
    ws_close_code, ws_close_reason: what the client's Close said; 1005 when it was empty, 1006 when none came.
    client_terminated: the client's Close has been received.
    server_terminated: the server's Close has been sent; a handler that sets it keeps the server from sending one.
    extra_headers: list of (name, value) that the answer to the handshake carries.
    headers_in: the request's header fields, by name in any case.
    connection: the two addresses, and raw bytes.
    ws_stream: the messages and frames, in web_socket_transfer_data; see stream.Stream.
    """

    ws_version = 13
    ws_deflate = False

    # What Sec-WebSocket-Extensions of the answer says, once that is settled.
    _agreed = None

    # The connection's bytes, once the handler has them.
    _raw = None

    def __init__(self, info, connection):
        self._info = info
        self._connection = connection
        self.ws_protocol = None
        self.ws_close_code = None
        self.ws_close_reason = None
        self.client_terminated = False
        self.server_terminated = False
        self.extra_headers = []
        self.status = 200
        self.ws_stream = None

    def __getattr__(self, name):
        if name == 'ws_extensions':
            return _parsed_extensions(self._agreed)
        compute = _LAZY.get(name)
        if compute is None:
            raise AttributeError(f'{type(self).__name__!r} object has no attribute {name!r}')
        value = compute(self)
        setattr(self, name, value)
        return value

    def _go_raw(self):
        """The connection's bytes, which are the handler's from now on."""
        if self._raw is None:
            if self.ws_stream is not None:
                self.ws_stream._go_live()
            else:
                self._raw = self._connection.seize()
                if self._raw is None:
                    from pywebsocket3._errors import ConnectionLostException
                    raise ConnectionLostException('The client has gone, or was answered already')
        return self._raw

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
