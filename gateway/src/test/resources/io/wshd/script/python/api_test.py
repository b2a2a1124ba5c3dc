"""Checks of the Python packages that handlers import, against a host made of Python.

Runs inside the gateway's interpreter from a JUnit test (``run()`` returns what failed, as text), and by any
Python 3.12 for quick work: ``PYTHONPATH=<lib> python3 api_test.py``.
"""

import sys
import types


def _alias():
    """Where no import hook gives the package its other name, do so here."""
    try:
        import mod_pywebsocket  # noqa: F401
    except ImportError:
        import importlib.abc
        import importlib.machinery

        class Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
            def find_spec(self, fullname, path=None, target=None):
                if fullname.partition('.')[0] == 'mod_pywebsocket':
                    return importlib.machinery.ModuleSpec(fullname, self)

            def create_module(self, spec):
                real = 'pywebsocket3' + spec.name[len('mod_pywebsocket'):]
                __import__(real)
                self.spec = sys.modules[real].__spec__
                return sys.modules[real]

            def exec_module(self, module):
                module.__spec__ = self.spec

        sys.meta_path.insert(0, Alias())


_alias()

import _wshd
from mod_pywebsocket import common, handshake, msgutil, stream
from mod_pywebsocket._errors import ConnectionLostException, InvalidUTF8Exception, UnsupportedFrameException
from mod_pywebsocket._stream import HostStream


class Info:
    def __init__(self, uri='/echo', headers='', protocols='', extensions=''):
        self.log_lines = []
        self.uri = lambda: uri
        self.headers = lambda: 'Host: localhost:8080\r\n' + headers
        self.protocols = lambda: protocols
        self.extensions = lambda: extensions
        self.method = lambda: 'GET'
        self.protocol = lambda: 'HTTP/1.1'
        self.secure = lambda: False
        self.remoteHost = lambda: '127.0.0.1'
        self.remotePort = lambda: 50123
        self.localHost = lambda: '127.0.0.2'
        self.localPort = lambda: 8080

    def log(self, level, message):
        self.log_lines.append((level, message))


class Raw:
    """A connection's bytes: what the client sends is given, what it gets is in ``written``."""

    def __init__(self, data=b'', gone=False):
        self.data = data
        self.written = b''
        self.gone = gone
        self.closed = False

    def read(self, count):
        if not self.data:
            return None
        part, self.data = self.data[:count], self.data[count:]
        return part

    def write(self, data):
        assert type(data) is bytes
        if not self.gone:
            self.written += data
        return not self.gone

    def closing(self):
        self.closed = True

    def inflates(self):
        return False


class Host:
    """The connection of a handshake."""

    def __init__(self, compatible=False, extensions='', raw=None, limit=1 << 20):
        self.compatible = lambda: compatible
        self.extensions = lambda: extensions
        self.limit = lambda: limit
        self.accept = lambda: 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
        self.seized = 0
        self.raw = raw or Raw()

    def seize(self):
        self.seized += 1
        return None if self.raw.gone else self.raw


class Session:
    """Gives ``messages`` in order; the last one, when it is a pair, is the peer's Close, else the loss."""

    def __init__(self, *messages, status=0, lost_on_close=False, raw=None):
        self._raw = raw or Raw()
        self.messages = list(messages)
        self.sent = []
        self.status = status
        self.lost_on_close = lost_on_close
        self.code, self.reason = 1006, ''

    def receive(self):
        message = self.messages.pop(0) if self.messages else 0
        if type(message) is tuple:
            self.code, self.reason = message
            self.messages.insert(0, 1)
            return 1
        if message == 1 and type(message) is int:
            self.messages.insert(0, 1)
        return message

    def _send(self, *entry):
        if not self.status:
            self.sent.append(entry)
        return self.status

    def sendText(self, text, fin):
        assert type(text) is str and type(fin) is bool
        return self._send('text', text, fin)

    def sendBinary(self, body, fin):
        assert type(body) is bytes and type(fin) is bool
        return self._send('binary', body, fin)

    def ping(self, body):
        return self._send('ping', body)

    def pong(self, body):
        return self._send('pong', body)

    def close(self, code, reason, wait):
        self.sent.append(('close', code, reason, wait))
        if wait and self.lost_on_close:
            return 1
        self.code = code or 1005
        return 0

    def peerCode(self):
        return self.code

    def peerReason(self):
        return self.reason

    def answerClose(self, code, reason):
        self.sent.append(('answer', code, reason))

    def fail(self):
        self.drop()

    def drop(self):
        self.sent.append(('drop',))

    def raw(self):
        return self._raw

    def peerClosed(self, code, reason):
        self.code, self.reason = code, reason


ACCEPT = 'def web_socket_do_extra_handshake(request):\n    pass\n\n\n'
count = 0


def load(text, file='handlers/test_wsh.py'):
    global count
    count += 1
    return _wshd.load(f'wshd_test_{count}', file, text)


def shake(body, host=None, **info):
    indented = ''.join(f'    {line}\n' for line in body.splitlines())
    return _wshd.handshake(
        load(f'def web_socket_do_extra_handshake(request):\n{indented}'), Info(**info), host or Host())


def serve(body, session, prelude='', tail='', host=None):
    indented = ''.join(f'    {line}\n' for line in body.splitlines())
    module = load(f'{prelude}\n{ACCEPT}def web_socket_transfer_data(request):\n{indented}\n{tail}')
    outcome = _wshd.handshake(module, Info(), host or Host())
    assert outcome.status == 101, outcome.traceback
    return outcome.request, _wshd.transfer(module, outcome, session)


ECHO = '''\
while True:
    message = request.ws_stream.receive_message()
    if message is None:
        return
    request.ws_stream.send_message(message, binary=isinstance(message, bytes))
'''


def raises(kind, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as e:
        assert type(e) is kind, type(e)
        return e
    raise AssertionError(f'no {kind.__name__}')


def test_both_package_names_give_the_same_objects():
    import mod_pywebsocket.handshake.hybi
    import pywebsocket3.handshake.hybi
    assert mod_pywebsocket.handshake.hybi is pywebsocket3.handshake.hybi
    assert sys.modules['mod_pywebsocket.handshake.hybi'] is sys.modules['pywebsocket3.handshake.hybi']
    assert pywebsocket3.handshake.hybi.__spec__.name == 'pywebsocket3.handshake.hybi'


def test_submodules_are_there_without_an_import_of_their_own():
    import pywebsocket3
    assert pywebsocket3.http_header_util.quote_if_necessary('a b') == '"a b"'
    assert pywebsocket3.handshake.base.HandshakeException is handshake.HandshakeException
    raises(AttributeError, getattr, pywebsocket3, 'nothing')


def test_text_and_binary_are_echoed_in_kind_and_the_close_is_answered_with_its_code():
    session = Session('grüße', b'\x00\xff', '', (3001, 'bye'))
    request, log = serve(ECHO, session)
    assert session.sent == [('text', 'grüße', True), ('binary', b'\x00\xff', True), ('text', '', True),
                            ('answer', 3001, '')]
    assert (request.ws_close_code, request.ws_close_reason, log) == (3001, 'bye', '')
    assert request.client_terminated and request.server_terminated


def test_an_empty_close_is_answered_by_an_empty_one():
    session = Session((1005, ''))
    request, log = serve(ECHO, session)
    assert session.sent == [('answer', 0, '')] and log == ''
    assert (request.ws_close_code, request.ws_close_reason) == (1005, None)


def test_the_compatible_answer_to_any_close_is_1000():
    for code in (1005, 3001):
        session = Session((code, ''))
        serve(ECHO, session, host=Host(compatible=True))
        assert session.sent == [('answer', 1000, '')]


def test_a_return_closes_with_1000_and_waits():
    session = Session()
    request, log = serve('return', session)
    assert session.sent == [('close', 1000, '', True)] and log == ''
    assert request.server_terminated and request.client_terminated


def test_a_handler_that_sets_server_terminated_keeps_the_close_from_being_sent():
    session = Session()
    assert serve('request.server_terminated = True', session)[1] == ''
    assert session.sent == []


def test_each_exception_has_its_close_code():
    for kind, code in (('BadOperationException', 1011), ('InvalidFrameException', 1002),
                       ('UnsupportedFrameException', 1003), ('InvalidUTF8Exception', 1007)):
        session = Session()
        _, log = serve(f'raise stream.{kind}("x")', session, 'from mod_pywebsocket import stream')
        assert session.sent == [('close', code, '', code != 1002)], session.sent
        assert bool(log) == (code == 1011)
    session = Session()
    assert serve('raise msgutil.ConnectionTerminatedException("x")', session, 'from mod_pywebsocket import msgutil')[
        1] == ''
    assert session.sent == []
    serve('raise AbortedByUserException("x")', session, 'from mod_pywebsocket.handshake import *')
    assert session.sent == [('drop',)]


def test_any_other_exception_drops_the_connection_and_names_the_scripts_line_first():
    for raiser, text in (('1 / 0', 'ZeroDivisionError: division by zero'),
                         ('import sys; sys.exit(3)', 'SystemExit: 3')):
        session = Session()
        _, log = serve(f'x = 1\n{raiser}', session)
        assert session.sent == [('drop',)]
        lines = log.splitlines()
        assert lines[0] == f'handlers/test_wsh.py:8: {text}', log
        assert lines[1].startswith('Traceback') and '_wshd' not in log
        assert raiser in log, log


def test_the_traceback_shows_the_lines_of_the_version_that_ran():
    old = load(ACCEPT + 'def web_socket_transfer_data(request):\n    raise ValueError("old")\n')
    new = load(ACCEPT + 'def web_socket_transfer_data(request):\n    raise ValueError("new")\n')
    for module, text in ((old, 'old'), (new, 'new'), (old, 'old')):
        log = _wshd.transfer(module, _wshd.handshake(module, Info(), Host()), Session())
        assert f'raise ValueError("{text}")' in log, log


def test_an_exception_whose_text_fails_still_leaves_a_log_line():
    _, log = serve('raise Bad()', Session(), 'class Bad(Exception):\n    def __str__(self):\n        return 1 / 0')
    assert 'Bad' in log


def test_a_lost_connection_ends_the_handler_silently():
    session = Session('a')
    request, log = serve(ECHO, session)
    assert log == '' and request.ws_close_code == 1006
    assert session.sent == [('text', 'a', True)]
    assert serve(ECHO, Session('a', 'b', status=1))[1] == ''


def test_the_passive_hook_chooses_the_answer():
    for answer, sent in (('4000, "mine"', (4000, 'mine')), ('None, None', (0, '')), ('None, "x"', (0, '')),
                         ('1000, None', (1000, '')), ('request.ws_close_code, request.ws_close_reason',
                                                      (3002, 'why'))):
        session = Session((3002, 'why'))
        _, log = serve(ECHO, session,
                       tail=f'def web_socket_passive_closing_handshake(request):\n    return {answer}\n')
        assert session.sent == [('answer', *sent)] and log == '', (session.sent, log)


def test_a_passive_hook_that_raises_drops_the_connection():
    session = Session((1000, ''))
    _, log = serve(ECHO, session, tail='def web_socket_passive_closing_handshake(request):\n    1 / 0\n')
    assert session.sent == [('drop',)] and 'ZeroDivisionError' in log


def test_a_passive_answer_that_never_goes_over_the_wire_closes_with_1011():
    session = Session((1005, ''))
    _, log = serve(ECHO, session, tail='def web_socket_passive_closing_handshake(request):\n    return 1005, ""\n')
    assert session.sent == [('close', 1011, '', True)] and 'reserved pseudo code' in log


def live(*messages, **options):
    session = Session(*messages, **options)
    request = _wshd.handshake(load(ACCEPT), Info(), Host()).request
    request.ws_stream = HostStream(request, session)
    return request, request.ws_stream, session


def test_a_message_may_be_sent_in_pieces_of_one_type():
    request, live_stream, session = live()
    live_stream.send_message('a', end=False)
    e = raises(msgutil.BadOperationException, live_stream.send_message, b'b', binary=True)
    assert str(e) == 'Message types are different in frames for the same message'
    live_stream.send_message('b', end=False)
    live_stream.send_message('c')
    live_stream.send_message(b'd', False, True)
    live_stream.send_message(bytearray(b'e'), binary=True)
    live_stream.send_message('f')
    assert session.sent == [('text', 'a', False), ('text', 'b', False), ('text', 'c', True),
                            ('binary', b'd', False), ('binary', b'e', True), ('text', 'f', True)]


def test_the_type_of_a_message_must_agree_with_binary():
    request, live_stream, session = live()
    e = raises(msgutil.BadOperationException, live_stream.send_message, 'x', binary=True)
    assert str(e) == 'Message for binary frame must not be instance of Unicode'
    raises(AttributeError, live_stream.send_message, b'x')
    raises(TypeError, live_stream.send_message, 7, binary=True)
    raises(UnicodeEncodeError, live_stream.send_message, type('S', (str,), {})('\ud800'))
    live_stream.send_message(memoryview(b'x'), binary=True)
    live_stream.send_message(type('S', (str,), {})('y'))
    assert session.sent == [('binary', b'x', True), ('text', 'y', True)]


def test_sends_after_the_close_and_after_a_loss_raise():
    request, live_stream, session = live()
    live_stream.close_connection(wait_response=False)
    e = raises(msgutil.BadOperationException, live_stream.send_message, 'x')
    assert str(e) == 'Requested send_message after sending out a closing handshake'
    live_stream.close_connection()
    assert session.sent == [('close', 1000, '', False)]
    assert issubclass(ConnectionLostException, msgutil.ConnectionTerminatedException)
    assert issubclass(ConnectionLostException, OSError)
    for status, kind in ((1, ConnectionLostException), (2, msgutil.BadOperationException),
                         (3, msgutil.BadOperationException)):
        request, live_stream, session = live(status=status)
        raises(kind, live_stream.send_message, 'x')
        raises(kind, live_stream.send_message, b'x', binary=True)
        raises(kind, live_stream.send_ping, b'x')


def test_receiving_after_the_close_raises():
    request, live_stream, session = live('a', b'b', (1000, ''))
    opcodes = [live_stream.get_last_received_opcode()]
    for expected in ('a', b'b', None):
        assert live_stream.receive_message() == expected
        opcodes.append(live_stream.get_last_received_opcode())
    assert opcodes == [None, common.OPCODE_TEXT, common.OPCODE_BINARY, common.OPCODE_CLOSE]
    e = raises(msgutil.BadOperationException, live_stream.receive_message)
    assert str(e) == 'Requested receive_message after receiving a closing handshake'
    raises(msgutil.ConnectionTerminatedException, live()[1].receive_message)


def test_close_connection_checks_its_arguments_and_waits_except_for_1001_and_1002():
    for code, reason, wait in ((1000, 'r', True), (1001, '', False), (1002, '', False), (4999, 'ü' * 61, True)):
        request, live_stream, session = live()
        live_stream.close_connection(code, reason)
        assert session.sent == [('close', code, reason, wait)]
    request, live_stream, session = live()
    live_stream.close_connection(None, '', wait_response=False)
    assert session.sent == [('close', 0, '', False)]
    request, live_stream, session = live()
    for code, reason in ((None, 'x'), (999, ''), (5000, ''), (1005, ''), (1006, ''), (1015, ''), (1000, 'x' * 124),
                         (1000, None)):
        raises(msgutil.BadOperationException, live_stream.close_connection, code, reason)
    assert session.sent == [] and not request.server_terminated
    live_stream.close_connection(1000, b'bytes')
    assert session.sent == [('close', 1000, 'bytes', True)]
    assert raises(msgutil.ConnectionTerminatedException, live(lost_on_close=True)[1].close_connection)


def test_the_clients_answer_to_our_close_is_not_answered():
    request, live_stream, session = live((1000, ''))
    live_stream.close_connection(wait_response=False)
    assert live_stream.receive_message() is None
    assert session.sent == [('close', 1000, '', False)]
    assert request.client_terminated


def test_pings_and_pongs_carry_at_most_125_bytes():
    request, live_stream, session = live()
    live_stream.send_ping(b'x' * 125)
    live_stream.send_ping()
    live_stream._send_pong(b'y')
    assert session.sent == [('ping', b'x' * 125), ('ping', b''), ('pong', b'y')]
    raises(msgutil.BadOperationException, live_stream.send_ping, b'x' * 126)


def test_a_request_tells_what_the_client_sent():
    outcome = shake('pass', uri='/a/b?c=d', headers='Origin: http://x\r\nCookie: a=1\r\nCOOKIE:  b=2 \r\nEmpty:\r\n')
    request = outcome.request
    assert outcome.status == 101 and outcome.headers == [] and outcome.protocol == '' and not outcome.aborted
    assert request.ws_resource == request.uri == request.unparsed_uri == request.get_uri() == '/a/b?c=d'
    assert request.ws_origin == 'http://x' and request.ws_version == 13
    assert (request.method, request.protocol, request.is_https()) == ('GET', 'HTTP/1.1', False)
    headers = request.headers_in
    assert headers['cookie'] == headers.get('COOKIE') == 'a=1' and headers.get_all('Cookie') == ['a=1', 'b=2']
    assert headers['absent'] is None and headers.get('absent', 7) == 7
    assert 'EMPTY' in headers and headers['Empty'] == '' and 'absent' not in headers
    assert ('Origin', 'http://x') in headers.items() and list(headers) == headers.keys() and len(headers) == 5
    assert dict(headers)['Origin'] == 'http://x'
    assert request.connection.remote_addr == ('127.0.0.1', 50123) and request.connection.remote_ip == '127.0.0.1'
    assert request.connection.local_addr == ('127.0.0.2', 8080) and request.get_remote_host() == '127.0.0.1'
    assert request.ws_requested_protocols is None and request.ws_requested_extensions is None
    request.mine = {request: 1}
    assert request.mine[request] == 1
    raises(AttributeError, getattr, request, 'nothing')
    request.log_error('x')
    assert request._info.log_lines == [('error', 'x')]


def test_the_absolute_form_of_a_target_loses_its_host():
    for uri, resource in (('ws://h:1/a?b', '/a?b'), ('ws://h', '/'), ('/a?u=http://x/y', '/a?u=http://x/y')):
        assert shake('pass', uri=uri).request.ws_resource == resource


def test_a_subprotocol_must_be_one_of_the_requested():
    def chosen(protocol, requested):
        return shake(f'request.ws_protocol = {protocol!r}', protocols=requested)
    assert chosen('b', 'a,b').protocol == 'b' and chosen('b', 'a, b').status == 101
    assert shake('request.ws_protocol = request.ws_requested_protocols[0]', protocols='a,b').protocol == 'a'
    for protocol, requested in ((None, 'a,b'), ('c', 'a,b'), ('c', ''), ('a b', 'a b'), ('', 'a'), (b'a', 'a')):
        outcome = chosen(protocol, requested)
        assert outcome.status == 400 and outcome.reason and not outcome.traceback, (protocol, requested)


def test_extra_headers_are_checked():
    outcome = shake('request.extra_headers.append(("Set-Cookie", "a=1"))\nrequest.extra_headers.append(("X", ""))')
    assert outcome.headers == ['Set-Cookie', 'a=1', 'X', '']
    for pair in (('X', 'a\r\nY: b'), ('X', 'a\nb'), ('X', 'a\0'), ('X\r\nY', 'a'), ('X Y', 'a'), ('', 'a')):
        outcome = shake(f'request.extra_headers.append({pair!r})')
        assert outcome.status == 500 and 'extra_headers' in outcome.reason, pair


def test_refusals_have_their_status():
    head = 'from mod_pywebsocket import handshake, common\n'
    for body, status in (('raise handshake.HandshakeException("no", 404)', 404),
                         ('raise handshake.HandshakeException("no", status=common.HTTP_STATUS_BAD_REQUEST)', 400),
                         ('raise handshake.HandshakeException("no")', 403),
                         ('raise handshake.VersionException("no")', 426)):
        outcome = shake(head + body)
        assert (outcome.status, outcome.reason, outcome.traceback) == (status, 'no', '')
    outcome = shake(head + 'raise handshake.AbortedByUserException("gone")')
    assert outcome.aborted and outcome.reason == 'gone'
    outcome = shake('raise ValueError("no")')
    assert outcome.status == 403
    assert outcome.traceback.startswith('handlers/test_wsh.py:2: ValueError: no\nTraceback'), outcome.traceback


DEFLATE = 'permessage-deflate'


def test_a_handler_may_switch_compression_off():
    host = Host(extensions=f'{DEFLATE}; server_no_context_takeover')
    for body in ('request.ws_extension_processors = []', 'request.ws_extension_processors = [None]',
                 'request.ws_extension_processors.remove(request.ws_extension_processors[0])'):
        outcome = shake(body, host, extensions=DEFLATE)
        assert not outcome.deflate and outcome.head is None and not outcome.frames, body
        assert outcome.request.ws_extensions is None


def test_what_the_host_has_agreed_on_is_among_the_extensions():
    outcome = shake('assert request.ws_extensions is None', Host(extensions=f'{DEFLATE}; server_no_context_takeover'),
                    extensions=DEFLATE)
    assert outcome.status == 101 and outcome.deflate and outcome.head is None, outcome.traceback
    agreed = outcome.request.ws_extensions
    assert [e.name() for e in agreed] == [DEFLATE]
    assert agreed[0].get_parameters() == [('server_no_context_takeover', None)]
    assert shake('pass').request.ws_extensions is None


def test_processors_that_a_handler_has_looked_at_do_all_of_the_extension_themselves():
    outcome = shake('processor = request.ws_extension_processors[0]\n'
                    'assert processor.name() == "permessage-deflate"\n'
                    'processor.set_client_max_window_bits(9)\n'
                    'processor.set_client_no_context_takeover(True)\n'
                    'processor._request.add_parameter("server_max_window_bits", "10")', Host(extensions=DEFLATE),
                    extensions=f'{DEFLATE}; client_max_window_bits, {DEFLATE}, other')
    assert outcome.status == 101 and outcome.frames and not outcome.deflate, outcome.traceback
    answer = f'{DEFLATE}; server_max_window_bits=10; client_max_window_bits=9; client_no_context_takeover'
    assert common.format_extensions(outcome.request.ws_extensions) == answer
    assert outcome.head == (
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
        f'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: {answer}\r\n\r\n').encode()


def test_extensions_in_extra_headers_are_refused_outside_the_compatible_ways():
    body = 'request.extra_headers.append(("sec-websocket-extensions", "x"))'
    outcome = shake(body)
    assert outcome.status == 500 and 'ws_extension_processors' in outcome.reason
    outcome = shake(body, Host(compatible=True))
    assert outcome.status == 101 and b'\r\nsec-websocket-extensions: x\r\n\r\n' in outcome.head


def test_the_compatible_answer_has_its_bytes_in_a_fixed_order():
    outcome = shake('request.ws_protocol = "b"\nrequest.extra_headers.append(("X-Odd Name", "a\\r\\n b"))\n'
                    'request.extra_headers.append(("X", ""))\nrequest.extra_headers.append(("Set-Cookie", "\u00fc"))',
                    Host(compatible=True, extensions=DEFLATE), protocols='a,b', extensions=DEFLATE)
    assert outcome.status == 101 and outcome.deflate and not outcome.frames, outcome.reason
    assert outcome.head.decode('utf-8').split('\r\n') == [
        'HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'Sec-WebSocket-Protocol: b',
        'Sec-WebSocket-Extensions: permessage-deflate', 'X-Odd Name: a', ' b', 'X: ', 'Set-Cookie: \u00fc', '', '']


def test_a_version_exception_names_the_versions():
    body = 'from mod_pywebsocket import handshake\nraise handshake.VersionException("no", "13, 8")'
    for host, status in ((Host(), 426), (Host(compatible=True), 400)):
        outcome = shake(body, host)
        assert (outcome.status, outcome.headers) == (status, ['Sec-WebSocket-Version', '13, 8'])


def test_loading_reports_what_is_missing_and_leaves_no_trace_of_a_failure():
    assert _wshd.check(load('')) == 'web_socket_do_extra_handshake,web_socket_transfer_data'
    assert _wshd.check(load(ACCEPT + 'web_socket_transfer_data = 1')) == 'web_socket_transfer_data'
    module = load(ACCEPT + 'def web_socket_transfer_data(request): pass\nweb_socket_passive_closing_handshake = id')
    assert _wshd.check(module) == '' and _wshd.has_passive(module) and not _wshd.has_passive(load(''))
    assert module.__file__ == 'handlers/test_wsh.py' and sys.modules[module.__name__] is module
    before = _wshd.load('wshd_test_x', 'x_wsh.py', 'version = 1')
    e = raises(ZeroDivisionError, _wshd.load, 'wshd_test_x', 'x_wsh.py', 'version = 2\n1 / 0')
    assert _wshd.trace(e).startswith('x_wsh.py:2: ZeroDivisionError: division by zero\n')
    e = raises(SyntaxError, _wshd.load, 'wshd_test_x', 'x_wsh.py', 'a = 1\ndef (\n')
    assert _wshd.trace(e).startswith('x_wsh.py:2: SyntaxError:'), _wshd.trace(e)
    assert sys.modules['wshd_test_x'] is before
    _wshd.unload(module)
    _wshd.unload(before)
    assert 'wshd_test_x' not in sys.modules
    raises(ZeroDivisionError, _wshd.load, 'wshd_test_x', 'x_wsh.py', '1 / 0')
    assert 'wshd_test_x' not in sys.modules


def test_importing_urllib_is_enough_for_its_submodules():
    # A module that is imported already is an attribute of its package; here it must not be.
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition('.')[0] == 'urllib'}
    try:
        assert load('import urllib\nx = urllib.parse.quote("a b")').x == 'a%20b'
        raises(AttributeError, load, 'import urllib\nurllib.nothing')
    finally:
        sys.modules.update(hidden)


def test_dataclasses_inspect_and_linecache_know_a_loaded_module():
    module = load('import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: "int" = 1\n\n\n'
                  'def f():\n    return A()\n')
    assert module.f().x == 1
    import inspect
    assert inspect.getsource(module.f) == 'def f():\n    return A()\n'


def test_a_string_kept_from_the_client_is_a_real_str():
    session = Session('x', (1000, ''))
    request, log = serve('''\
m = request.ws_stream.receive_message()
import json, re
request.ws_stream.send_message(json.dumps([m, re.sub('x', 'y', m), {m: 1}]))
request.ws_stream.receive_message()
''', session)
    assert session.sent[0] == ('text', '["x", "y", {"x": 1}]', True), log


def test_msgutil_functions_use_the_requests_stream():
    request, live_stream, session = live('a', (1000, ''))
    assert msgutil.receive_message(request) == 'a'
    msgutil.send_message(request, 'b')
    msgutil.send_message(request, b'c', binary=True)
    msgutil.send_ping(request, b'd')
    msgutil.close_connection(request)
    assert session.sent == [('text', 'b', True), ('binary', b'c', True), ('ping', b'd'), ('close', 1000, '', True)]


def test_a_message_receiver_hands_messages_over_from_its_thread():
    got = []
    request, live_stream, session = live('a', b'b', (1000, ''))
    msgutil.MessageReceiver(request, got.append).join(10)
    assert got == ['a', b'b']
    request, live_stream, session = live('a', 'b', (1000, ''))
    receiver = msgutil.MessageReceiver(request)
    assert (receiver.receive(), receiver.receive()) == ('a', 'b')
    assert receiver.receive() is None and receiver.receive_nowait() is None
    receiver.stop()


def test_a_message_receiver_may_be_stopped_by_its_own_callback():
    import threading
    got, made = [], threading.Event()
    request, live_stream, session = live('a', 'b', (1000, ''))

    def once(message):
        got.append(message)
        made.wait(10)
        receiver.stop()
    receiver = msgutil.MessageReceiver(request, once)
    made.set()
    receiver.join(10)
    assert not receiver.is_alive() and got == ['a']


def test_a_message_sender_sends_in_order_and_tells_of_a_loss():
    request, live_stream, session = live()
    sender = msgutil.MessageSender(request)
    sender.send('a')
    assert session.sent == [('text', 'a', True)]
    sender.send_nowait('b')
    sender.send('c')
    sender.stop()
    assert [entry[1] for entry in session.sent] == ['a', 'b', 'c']
    request, live_stream, session = live(status=1)
    sender = msgutil.MessageSender(request)
    raises(msgutil.ConnectionTerminatedException, sender.send, 'a')
    sender.stop()


def test_frames_are_built_as_the_rfc_shows_them():
    # RFC 6455 section 5.7.
    assert stream.create_text_frame('Hello') == b'\x81\x05Hello'
    assert stream.create_text_frame('Hel', fin=0) == b'\x01\x03Hel'
    assert stream.create_text_frame('lo', opcode=common.OPCODE_CONTINUATION) == b'\x80\x02lo'
    assert stream.create_ping_frame(b'Hello') == b'\x89\x05Hello'
    assert stream.create_pong_frame(b'Hello') == b'\x8a\x05Hello'
    assert stream.create_binary_frame(bytes(256)) == b'\x82\x7e\x01\x00' + bytes(256)
    assert stream.create_binary_frame(bytes(65536)) == b'\x82\x7f\0\0\0\0\0\1\0\0' + bytes(65536)
    assert stream.create_close_frame(stream.create_closing_handshake_body(1000, 'ü')) == b'\x88\x04\x03\xe8\xc3\xbc'
    assert stream.create_closing_handshake_body(None, '') == b''
    assert stream.create_header(1, 5, 1, 1, 0, 1, True) == b'\xd1\x85'
    assert stream.create_length_header(125, False) == b'\x7d' and stream.create_length_header(126, True) == b'\xfe\0~'
    for bad in ((16, 0, 1, 0, 0, 0, False), (1, -1, 1, 0, 0, 0, False), (1, 1 << 63, 1, 0, 0, 0, False),
                (1, 0, 2, 0, 0, 0, False)):
        raises(ValueError, stream.create_header, *bad)
    raises(msgutil.BadOperationException, stream.create_ping_frame, bytes(126))
    raises(msgutil.BadOperationException, stream.create_closing_handshake_body, 1006, '')


def reader(data):
    import io
    return io.BytesIO(data).read


def test_masked_frames_are_read_back():
    for size in (0, 1, 125, 126, 65535, 65536):
        frame = stream.create_binary_frame(bytes(range(256)) * (size // 256) + bytes(size % 256), mask=True)
        opcode, payload, fin, rsv1, rsv2, rsv3 = stream.parse_frame(reader(frame))
        assert (opcode, len(payload), fin, rsv1, rsv2, rsv3) == (2, size, 1, 0, 0, 0)
        assert payload[:256] == bytes(range(256))[:size] or size < 256
    assert stream.parse_frame(reader(b'\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58')) == (1, b'Hello', 1, 0, 0, 0)
    assert stream.parse_frame(reader(b'\x41\x05Hello'), unmask_receive=False) == (1, b'Hello', 0, 1, 0, 0)
    for bad in (b'\x81\x05Hello', b'\x81\xff\x80' + bytes(7)):
        raises(stream.InvalidFrameException, stream.parse_frame, reader(bad))
    # Only a warning for those that read frames from somewhere else than a client.
    warnings = []
    logger = types.SimpleNamespace(warning=lambda text, *arguments: warnings.append(text % arguments))
    long_form = b'\x81\xfe\x00\x01' + bytes(4) + b'x'
    assert stream.parse_frame(reader(long_form), logger)[:2] == (1, b'x')
    assert warnings == ['The payload length 1 is not in its shortest form']


def test_a_builder_makes_the_frames_of_a_message_in_pieces():
    builder = stream.FragmentedFrameBuilder(False)
    assert builder.build('a', False, False) == b'\x01\x01a'
    raises(ValueError, builder.build, b'a', False, True)
    assert builder.build('b', False, False) == b'\x00\x01b'
    assert builder.build('c', True, False) == b'\x80\x01c'
    assert builder.build(b'd', True, True) == b'\x82\x01d'


def test_frame_filters_see_the_frame():
    class Filter:
        def filter(self, frame):
            frame.rsv1 = 1
            frame.payload = frame.payload.upper()
    assert stream.create_text_frame('a', frame_filters=[Filter()]) == b'\xc1\x01A'


def test_the_accept_header_is_computed_as_the_rfc_shows():
    from pywebsocket3.handshake import hybi
    accept = b's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
    assert hybi.compute_accept(b'dGhlIHNhbXBsZSBub25jZQ==') == accept
    assert hybi.compute_accept_from_unicode('dGhlIHNhbXBsZSBub25jZQ==') == accept


def test_handshake_validators():
    from pywebsocket3.handshake import base
    base.validate_subprotocol('sample')
    for bad in ('', 'a b', 'a,b', 'Sample\x09', 'ünicode'):
        raises(handshake.HandshakeException, base.validate_subprotocol, bad)
    assert base.parse_token_list('Upgrade , keep-alive,') == ['Upgrade', 'keep-alive']
    raises(handshake.HandshakeException, base.parse_token_list, 'a b')
    request = shake('pass', headers='Upgrade: WebSocket\r\n').request
    assert base.parse_host_header(request) == ('localhost', 8080)
    base.validate_mandatory_header(request, 'Upgrade', 'websocket')
    assert raises(handshake.HandshakeException, base.get_mandatory_header, request, 'X').status == 400
    raises(handshake.HandshakeException, base.validate_mandatory_header, request, 'Upgrade', 'other')
    base.check_request_line(request)
    request.protocol = 'HTTP/1.0'
    e = raises(handshake.HandshakeException, base.check_request_line, request)
    assert str(e) == "Version is not HTTP/1.1: 'HTTP/1.0'" and e.status is None
    assert base.format_header('A', 'b') == 'A: b\r\n'


def test_extension_headers_are_read_and_written():
    parsed = common.parse_extensions('permessage-deflate; client_max_window_bits; a="b, \\"c"; d=e, x')
    assert [e.name() for e in parsed] == ['permessage-deflate', 'x']
    assert parsed[0].get_parameters() == [('client_max_window_bits', None), ('a', 'b, "c'), ('d', 'e')]
    assert parsed[0].has_parameter('d') and parsed[0].get_parameter_value('d') == 'e'
    assert parsed[0].get_parameter_names() == ['client_max_window_bits', 'a', 'd']
    assert common.format_extensions(parsed) == (
        'permessage-deflate; client_max_window_bits; a="b, \\"c"; d=e, x')
    for bad, why in (('', 'No valid extension entry found'), ('a;', 'No valid parameter name found'),
                     ('a b', "Expected a comma but found 'b'"), ('a;b=', 'No valid parameter value found'),
                     ('a; b="c', 'No valid parameter value found')):
        assert why in str(raises(common.ExtensionParsingException, common.parse_extensions, bad))
    spread = common.parse_extensions('a, , b; e   =    "mc^2"; ma="\r\n      \\\rf  "; pv=nrt,')
    assert [e.name() for e in spread] == ['a', 'b']
    assert spread[1].get_parameters() == [('e', 'mc^2'), ('ma', ' \rf '), ('pv', 'nrt')]
    assert shake('pass', extensions='a; b=1').request.ws_requested_extensions[0].name() == 'a'
    assert common.is_control_opcode(8) and not common.is_control_opcode(2)


def test_permessage_deflate_answers_offers_as_the_rfc_says():
    from pywebsocket3 import extensions

    def answer(offer, change=lambda processor: None):
        processor = extensions.get_extension_processor(common.parse_extensions(offer)[0])
        change(processor)
        response = processor.get_extension_response()
        return response and common.format_extension(response)
    assert answer('permessage-deflate') == 'permessage-deflate'
    assert answer('permessage-deflate; server_max_window_bits=10; server_no_context_takeover') == (
        'permessage-deflate; server_max_window_bits=10; server_no_context_takeover')
    assert answer('permessage-deflate; client_max_window_bits',
                  lambda p: p.set_client_max_window_bits(9)) == 'permessage-deflate; client_max_window_bits=9'
    assert answer('permessage-deflate', lambda p: p.set_client_max_window_bits(9)) is None
    assert answer('permessage-deflate', lambda p: p.set_client_no_context_takeover(True)) == (
        'permessage-deflate; client_no_context_takeover')
    for bad in ('x', 'server_max_window_bits', 'server_max_window_bits=7', 'server_max_window_bits=08',
                'client_max_window_bits=16', 'server_no_context_takeover=1',
                'server_no_context_takeover; server_no_context_takeover'):
        assert answer(f'permessage-deflate; {bad}') is None, bad
    assert extensions.get_extension_processor(common.ExtensionParameter('x')) is None


def test_deflate_goes_forth_and_back():
    from pywebsocket3 import util
    for no_takeover in (False, True):
        deflater = util._RFC1979Deflater(15, no_takeover)
        inflater = util._RFC1979Inflater()
        for text in (b'Hello', b'Hello', b'', b'x' * 100000):
            assert inflater.filter(deflater.filter(text)) == text
        assert inflater.filter(deflater.filter(b'last', bfinal=True)) == b'last'
        assert inflater.filter(deflater.filter(b'again')) == b'again'
    # RFC 7692 sections 7.2.3.1 and 7.2.3.2.
    deflater = util._RFC1979Deflater(15, False)
    assert [deflater.filter(b'Hello').hex(), deflater.filter(b'Hello').hex()] == ['f248cdc9c90700', 'f200110000']
    inflater = util._Inflater(15)
    inflater.append(util._Deflater(15).compress_and_finish(b'x' * 1000))
    assert (inflater.decompress(10), inflater.decompress(-1)) == (b'x' * 10, b'x' * 990)
    raises(ValueError, inflater.decompress, 0)


def test_small_tools():
    from pywebsocket3 import util
    assert util.hexify(b'AZ') == '41 5a' and util.hexify(b'') == '' and util.pack_byte(200) == b'\xc8'
    masker = util.RepeatedXorMasker(b'\x37\xfa\x21\x3d')
    assert masker.mask(b'Hel') + masker.mask(b'') + masker.mask(b'lo') == b'\x7f\x9f\x4d\x51\x58'
    assert util.NoopMasker().mask(b'x') == b'x'
    e = ValueError('b')
    util.prepend_message_to_exception('a: ', e)
    assert str(e) == 'a: b'
    try:
        1 / 0
    except ZeroDivisionError:
        assert 'ZeroDivisionError' in util.get_stack_trace()
    assert util.get_class_logger(util.NoopMasker()).name == 'pywebsocket3.util.NoopMasker'


def test_uris_are_split():
    from pywebsocket3.http_header_util import parse_uri
    assert parse_uri('/a?b') == (None, None, '/a?b') and parse_uri('//a/b') == (None, None, '//a/b')
    assert parse_uri('ws://h/') == ('h', 80, '/') and parse_uri('wss://h:1?q') == ('h', 1, '/?q')
    assert parse_uri('ws:///') == parse_uri('ws://h:x/') == (None, None, None)
    assert parse_uri('wss://h/a#b') == ('h', 443, '/a#b')


def test_a_memorizing_file_keeps_the_lines_read():
    import io
    from pywebsocket3.memorizingfile import MemorizingFile
    file = MemorizingFile(io.BytesIO(b'one\ntwo\nthree'), max_memorized_lines=2)
    assert (file.readline(), file.readline(2), file.readline(), file.read(2)) == (b'one\n', b'tw', b'o\n', b'th')
    assert file.readline() == b'ree' and file.get_memorized_lines() == [b'one\n', b'two\n']
    text = MemorizingFile(io.StringIO('one\ntwo'))
    while text.readline(2):
        pass
    assert text.get_memorized_lines() == ['one\n', 'two']


def test_a_dispatcher_finds_handlers_below_a_directory():
    import os
    import tempfile
    from pywebsocket3 import dispatch
    with tempfile.TemporaryDirectory() as root:
        os.mkdir(os.path.join(root, 'sub'))
        texts = {'a_wsh.py': ACCEPT + 'def web_socket_transfer_data(request):\n'
                                      '    request.ws_stream.send_message("hi")\n',
                 'sub/bad_wsh.py': '1 / 0', 'half_wsh.py': ACCEPT, 'other.py': '1 / 0',
                 'sub/no_wsh.py': 'def web_socket_do_extra_handshake(request): raise ValueError("no")\n'
                                  'def web_socket_transfer_data(request): pass\n'}
        for name, text in texts.items():
            with open(os.path.join(root, name), 'w') as file:
                file.write(text)
        dispatcher = dispatch.Dispatcher(root)
        warnings = '\n'.join(dispatcher.source_warnings())
        assert 'bad_wsh.py' in warnings and 'web_socket_transfer_data is not defined.' in warnings
        assert len(dispatcher.source_warnings()) == 2
        dispatcher.add_resource_path_alias('/alias', '/a')
        request, live_stream, session = live()
        for path in ('/a?query', '/alias'):
            request.ws_resource = path
            dispatcher.do_extra_handshake(request)
        dispatcher.transfer_data(request)
        assert session.sent == [('text', 'hi', True), ('close', 1000, '', True)]
        assert dispatcher.passive_closing_handshake(request) == (1000, '')
        request.ws_resource = '/sub/no'
        assert raises(handshake.HandshakeException, dispatcher.do_extra_handshake, request).status == 403
        request.ws_resource = '/none'
        assert raises(dispatch.DispatchException, dispatcher.transfer_data, request).status == 404
        raises(dispatch.DispatchException, dispatcher.add_resource_path_alias, '/x', '/none')
        raises(dispatch.DispatchException, dispatch.Dispatcher, os.path.join(root, 'sub'), root)


def test_six_gives_what_python_3_has():
    import six
    import six.moves
    import urllib.parse
    import http.client
    import queue
    from six.moves import http_client, queue as moved_queue, range as moved_range, urllib as moved, xrange
    from six.moves.urllib.parse import quote, urlparse
    from six.moves.urllib import request
    import six.moves.urllib.parse
    assert http_client is http.client and moved_queue is queue and moved_range is range is xrange
    assert moved.parse is urllib.parse and quote('a b') == 'a%20b' and request.__name__ == 'urllib.request'
    assert urlparse is urllib.parse.urlparse and urllib.parse.__spec__.name == 'urllib.parse'
    assert six.PY3 and not six.PY2 and isinstance('x', six.text_type) and isinstance(b'x', six.binary_type)
    assert isinstance('x', six.string_types) and isinstance(1, six.integer_types)
    assert six.b('\xff') == b'\xff' and six.u('x') == 'x' and six.int2byte(7) == b'\7'
    assert six.indexbytes(b'ab', 1) == 98 and six.byte2int(b'a') == 97 and list(six.iterbytes(b'a')) == [97]
    assert list(six.iteritems({1: 2})) == [(1, 2)] and list(six.itervalues({1: 2})) == [2]
    assert six.unichr(65) == 'A' and six.ensure_str(b'a') == 'a' and six.ensure_binary('a') == b'a'
    assert six.StringIO('x').read() == 'x' and six.BytesIO(b'x').read() == b'x'
    space = {}
    six.exec_('x = 1', space)
    assert space['x'] == 1
    raises(KeyError, six.reraise, KeyError, KeyError('x'), None)

    class Meta(type):
        pass

    class Made(six.with_metaclass(Meta, dict)):
        pass
    assert type(Made) is Meta and Made.__bases__ == (dict,)
    assert type(six.add_metaclass(Meta)(type('Plain', (), {}))) is Meta
    assert isinstance(six.moves, types.ModuleType)
    raises(AttributeError, getattr, six.moves, 'nothing')
    raises(ModuleNotFoundError, __import__, 'six.moves.nothing')


def test_every_public_name_has_a_docstring():
    import importlib
    for name in ('common', 'dispatch', 'extensions', 'handshake', 'handshake.base', 'handshake.hybi',
                 'http_header_util', 'memorizingfile', 'msgutil', 'stream', 'util'):
        module = importlib.import_module(f'pywebsocket3.{name}')
        assert module.__doc__, name
        for public in getattr(module, '__all__', None) or [n for n in vars(module) if not n.startswith('_')]:
            value = getattr(module, public)
            if isinstance(value, (type, types.FunctionType)):
                assert value.__doc__, f'{name}.{public}'
                for attribute, member in vars(value).items() if isinstance(value, type) else ():
                    if not attribute.startswith('_') and isinstance(member, types.FunctionType) and attribute != 'run':
                        assert member.__doc__, f'{name}.{public}.{attribute}'


def run_tests(names):
    """Run every function of a namespace whose name begins with test_ and return what failed as text."""
    failures = []
    for name, test in list(names.items()):
        if name.startswith('test_') and callable(test):
            try:
                test()
            except BaseException as e:
                import traceback
                failures.append(f'{name}\n' + ''.join(traceback.format_exception(type(e), e, e.__traceback__)))
    return '\n'.join(failures)


def run():
    """Run every test of this file; '' when nothing failed."""
    return run_tests(globals())


if __name__ == '__main__':
    failed = run()
    print(failed or 'all passed')
    sys.exit(1 if failed else 0)
