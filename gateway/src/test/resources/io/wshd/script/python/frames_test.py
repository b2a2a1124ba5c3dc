"""Checks of what the Python packages do with frames and bytes, against connections made of Python.

Run as api_test is: ``run()`` inside the gateway, ``PYTHONPATH=<lib> python3 frames_test.py`` elsewhere.
"""

import sys
import zlib

import api_test
from api_test import ACCEPT, Host, Info, Raw, Session, load, raises
import _wshd
from mod_pywebsocket import common, extensions, handshake, msgutil, stream, util
from mod_pywebsocket._live import LiveStream
from mod_pywebsocket._stream import HostStream

KEY = b'\x37\xfa\x21\x3d'


def masked(first, payload=b'', size=None):
    """A client's frame; ``size`` is the length's bytes where they are not the shortest."""
    length = stream.create_length_header(len(payload), True) if size is None else size
    return bytes((first,)) + length + KEY + util.RepeatedXorMasker(KEY).mask(payload)


def close(code, reason=''):
    return masked(0x88, code.to_bytes(2, 'big') + reason.encode())


class Connection:
    """What a program of one's own gives a Stream: reads come from ``data``, writes go to ``written``."""

    remote_addr = ('127.0.0.1', 50123)

    def __init__(self, data=b''):
        self.data = data
        self.written = b''

    def read(self, length):
        part, self.data = self.data[:length], self.data[length:]
        return part

    def write(self, data):
        self.written += data


class Request:
    """A request that is no more than a Stream needs."""

    def __init__(self, data=b''):
        self.connection = Connection(data)


def streaming(*frames, options=None):
    request = Request(b''.join(frames))
    request.ws_stream = stream.Stream(request, options or stream.StreamOptions())
    return request, request.ws_stream


def live(*frames, limit=1 << 20, options=None, session=None, hook=None):
    """A request whose frames the gateway leaves to Python, and the raw bytes below."""
    raw = Raw(b''.join(frames))
    host = Host(limit=limit)
    request = _wshd.handshake(load(ACCEPT), Info(), host).request
    session = session or Session(raw=raw)
    request.ws_stream = HostStream(request, session, hook)
    request.ws_stream._go_live(options)
    return request, request.ws_stream, raw


BOTH = (streaming, live)


def test_messages_are_framed_as_the_rfc_shows():
    for size, header in ((125, b'\x81\x7d'), (126, b'\x81\x7e\x00\x7e'), (65535, b'\x81\x7e\xff\xff'),
                         (65536, b'\x81\x7f\0\0\0\0\0\1\0\0')):
        request, live_stream = streaming()
        live_stream.send_message('a' * size)
        assert request.connection.written == header + b'a' * size
    request, live_stream = streaming()
    live_stream.send_message('\u65e5')
    live_stream.send_message(b'\x00\xff', binary=True)
    for piece, end in (('Hello', False), (' ', False), ('', True)):
        msgutil.send_message(request, piece, end)
    assert request.connection.written == (
        b'\x81\x03\xe6\x97\xa5\x82\x02\x00\xff\x01\x05Hello\x00\x01 \x80\x00')


def test_messages_come_whole_from_their_fragments():
    frames = (masked(0x01, b'\xe6\xbc'), masked(0x89, b'p'), masked(0x00, b'\xa2\xe5'), masked(0x80, b'\xad\x97'),
              masked(0x82, b'\0'), masked(0x8a, b'never asked for'), masked(0x81), close(1000, 'Good bye'))
    for make in BOTH:
        made = make(*frames)
        request, live_stream = made[0], made[1]
        got = [live_stream.receive_message() for _ in range(4)]
        assert got == ['\u6f22\u5b57', b'\0', '', None], got
        assert (request.ws_close_code, request.ws_close_reason) == (1000, 'Good bye')
        written = made[2].written if make is live else request.connection.written
        assert written == b'\x8a\x01p\x88\x02\x03\xe8', written
        assert request.client_terminated and request.server_terminated
        e = raises(msgutil.BadOperationException, live_stream.receive_message)
        assert str(e) == 'Requested receive_message after receiving a closing handshake'


def test_what_the_protocol_forbids_raises_by_its_kind():
    for frames, kind, text in (
            ((masked(0x01, b'a'), masked(0x01, b'b')), stream.InvalidFrameException,
             'New fragmentation started without terminating existing fragmentation'),
            ((masked(0x01, b'a'), masked(0x81, b'b')), stream.InvalidFrameException,
             'Received an unfragmented frame without terminating existing fragmentation'),
            ((masked(0x00, b'a'),), stream.InvalidFrameException,
             'Received an intermediate frame but fragmentation not started'),
            ((masked(0x80, b'a'),), stream.InvalidFrameException,
             'Received a termination frame but fragmentation not started'),
            ((masked(0x09, b'a'),), stream.InvalidFrameException, 'Control frames must not be fragmented'),
            ((masked(0x89, b'a' * 126),), stream.InvalidFrameException,
             'Application data size of control frames must be 125 bytes or less'),
            ((masked(0x91, b''),), stream.UnsupportedFrameException, 'Unsupported flag is set (rsv = 001)'),
            ((masked(0x8f, b'IGNORE'),), stream.UnsupportedFrameException, 'Opcode 15 is not supported'),
            ((masked(0x88, b'a'),), stream.InvalidFrameException,
             'If a close frame has status code, the length of status code must be 2 octet'),
            ((masked(0x81, b'\x80\x81'),), stream.InvalidUTF8Exception, "'utf-8' codec can't decode byte 0x80"),
            ((b'\x81\x05Hello',), stream.InvalidFrameException,
             "Mask bit on the received frame did'nt match masking configuration for received frames"),
            ((b'\x81\xff\x80' + bytes(7),), stream.InvalidFrameException, 'Extended payload length >= 2^63'),
            ((b'\x81',), stream.ConnectionTerminatedException,
             "Receiving 1 byte failed. Peer (('127.0.0.1', 50123)) closed connection")):
        for make in BOTH:
            e = raises(kind, make(*frames)[1].receive_message)
            assert str(e).startswith(text), e


def test_a_live_stream_is_stricter_where_pywebsocket_breaks_the_rfc():
    for frames, kind in (((masked(0x81, b'a', b'\xfe\x00\x01'),), stream.InvalidFrameException),
                         ((close(1005),), stream.InvalidFrameException),
                         ((masked(0x88, b'\x03\xe8\xff'),), stream.InvalidUTF8Exception)):
        raises(kind, live(*frames)[1].receive_message)
        streaming(*frames)[1].receive_message()


def test_a_live_stream_bounds_messages():
    for frames in ((b'\x82\xff\0\0\0\1\0\0\0\0',), (masked(0x02, b'a' * 60), masked(0x80, b'a' * 60))):
        request, live_stream, raw = live(*frames, limit=100)
        raises(stream.ConnectionTerminatedException, live_stream.receive_message)
        assert raw.written == b'\x88\x02\x03\xf1' and request.server_terminated


def test_frames_are_given_one_by_one_and_not_answered():
    for make in BOTH:
        made = make(masked(0x41, b'a'), masked(0x89, b'p'), masked(0x0a, b''), masked(0x82, b'whole'),
                    masked(0x81, b'x'), masked(0x88))
        request, live_stream = made[0], made[1]
        assert live_stream._receive_frame() == (1, b'a', 0, 1, 0, 0)
        frame = live_stream._receive_frame_as_frame_object()
        assert isinstance(frame, stream.Frame)
        assert (frame.opcode, frame.payload, frame.fin, frame.rsv1, frame.rsv2, frame.rsv3) == (9, b'p', 1, 0, 0, 0)
        e = raises(stream.InvalidFrameException, live_stream.receive_filtered_frame)
        assert str(e) == 'Segmented frames must not be received via receive_filtered_frame()'
        assert live_stream.receive_filtered_frame().payload == b'whole'
        # FIN, the mask bit and the key are part of the bytes.
        assert live_stream.receive_bytes(6) == b'\x81\x81' + KEY
        live_stream.receive_bytes(1)
        e = raises(stream.InvalidFrameException, live_stream.receive_filtered_frame)
        assert str(e) == 'Control frames must not be received via receive_filtered_frame()'
        raises(stream.ConnectionTerminatedException, live_stream.receive_bytes, 1)
        assert (made[2].written if make is live else request.connection.written) == b''


def test_a_handler_may_judge_frames_itself():
    request, live_stream, raw = live(masked(0x01, b'a'), masked(0x80, b'b'), close(3001, 'bye'))
    frames = [live_stream._receive_frame_as_frame_object() for _ in range(3)]
    assert [live_stream._get_message_from_frame(frame) for frame in frames] == [None, b'ab', b'\x0b\xb9bye']
    assert live_stream.get_last_received_opcode() == common.OPCODE_CLOSE
    live_stream._process_close_message(b'\x0b\xb9bye')
    assert request.ws_close_code == 3001 and raw.written == b'\x88\x02\x0b\xb9'


def test_pings_and_pongs_go_to_the_requests_own_handlers():
    for make in BOTH:
        made = make(masked(0x89, b'ping'), masked(0x8a, b'pong'), masked(0x81, b'x'))
        request, live_stream = made[0], made[1]
        seen = []
        request.on_ping_handler = lambda *arguments: seen.append(arguments)
        request.on_pong_handler = lambda *arguments: seen.append(arguments)
        msgutil.send_ping(request, 'pong')
        assert live_stream.receive_message() == 'x'
        assert seen == [(request, b'ping'), (request, b'pong')]
        assert (made[2].written if make is live else request.connection.written) == b'\x89\x04pong'


def test_a_close_waits_for_the_clients_except_for_some_codes():
    for make in BOTH:
        for code, reason, frame in ((1000, 'r' * 123, b'\x88\x7d\x03\xe8' + b'r' * 123), (None, '', b'\x88\x00')):
            made = make(masked(0x89, b''), close(4000, 'mine'))
            made[1].close_connection(code, reason)
            assert (made[2].written if make is live else made[0].connection.written) == frame + b'\x8a\x00'
            assert (made[0].ws_close_code, made[0].ws_close_reason) == (4000, 'mine')
        for arguments in ((1001,), (1002,), (1000, '', False)):
            made = make()
            made[1].close_connection(*arguments)
            made[1].close_connection()
        made = make(masked(0x81, b'x'))
        e = raises(stream.ConnectionTerminatedException, made[1].close_connection)
        assert str(e) == "Didn't receive valid ack for closing handshake"
        for code, reason, text in (
                (1000, 'a' * 124, 'Payload data size of control frames must be 125 bytes or less'),
                (None, 'a', 'close reason must not be specified if code is None'),
                (1000, None, 'close reason must be an instance of bytes or unicode'),
                (999, '', 'Status code is out of range'), (5000, '', 'Status code is out of range'),
                (1006, '', 'Status code is reserved pseudo code')):
            e = raises(msgutil.BadOperationException, make()[1].close_connection, code, reason)
            assert str(e) == text, e
        made = make()
        made[1].close_connection(wait_response=False)
        e = raises(msgutil.BadOperationException, made[1].send_message, 'x')
        assert str(e) == 'Requested send_message after sending out a closing handshake'


def test_sends_of_the_wrong_kind_are_bad_operations():
    for make in BOTH:
        live_stream = make()[1]
        e = raises(msgutil.BadOperationException, live_stream.send_message, 'x', binary=True)
        assert str(e) == 'Message for binary frame must not be instance of Unicode'
        live_stream.send_message('x', end=False)
        e = raises(msgutil.BadOperationException, live_stream.send_message, b'x', binary=True)
        assert str(e) == 'Message types are different in frames for the same message'
        raises(msgutil.BadOperationException, make()[1].send_message, '\ud800')
        e = raises(msgutil.BadOperationException, make()[1].send_ping, 'a' * 126)
        assert str(e) == 'Payload data size of control frames must be 125 bytes or less'


def test_filters_of_both_kinds_see_messages_and_frames_both_ways():
    class Messages:
        def filter(self, message, end=None, binary=None):
            seen.append((message, end, binary))
            return message.swapcase()

    class Frames:
        def filter(self, frame):
            seen.append((frame.opcode, frame.payload))
            frame.rsv1 = 1 - frame.rsv1
    for make in BOTH:
        seen = []
        made = make(masked(0xc1, b'In'), masked(0xc9, b''))
        options = made[1]._options
        options.outgoing_message_filters.append(Messages())
        options.outgoing_frame_filters.append(Frames())
        options.incoming_message_filters.append(Messages())
        options.incoming_frame_filters.append(Frames())
        made[1].send_message('Out')
        assert made[1].receive_message() == 'iN'
        made[1].send_ping(b'')
        raises(stream.ConnectionTerminatedException, made[1].receive_message)
        assert seen == [('Out', True, False), (1, b'oUT'), (1, b'In'), (b'In', None, None), (9, b''), (9, b''),
                        (10, b'')], seen
        written = made[2].written if make is live else made[0].connection.written
        assert written == b'\xc1\x03oUT\xc9\x00\xca\x00', written


def test_a_masking_stream_masks_and_one_that_expects_no_mask_takes_none():
    options = stream.StreamOptions()
    options.mask_send, options.unmask_receive = True, False
    request, live_stream = streaming(b'\x81\x02hi', options=options)
    assert live_stream.receive_message() == 'hi'
    live_stream.send_message('ho')
    assert stream.parse_frame(Connection(request.connection.written).read)[:2] == (1, b'ho')


# The hand-over from the gateway's framing.

def test_the_first_call_about_frames_turns_the_stream_for_good():
    raw = Raw(masked(0x81, b'a') + masked(0x82, b'b') + close(1000))
    session = Session('before', raw=raw)
    request = _wshd.handshake(load(ACCEPT), Info(), Host()).request
    live_stream = request.ws_stream = HostStream(request, session)
    request.ws_stream.send_message('fast')
    assert live_stream.receive_message() == 'before' and type(live_stream) is HostStream
    assert live_stream._receive_frame() == (1, b'a', 1, 0, 0, 0)
    assert type(live_stream) is LiveStream and isinstance(live_stream, stream.Stream)
    live_stream.send_message('slow')
    assert live_stream.receive_message() == b'b' and live_stream.receive_message() is None
    assert session.sent == [('text', 'fast', True)] and raw.written == b'\x81\x04slow\x88\x02\x03\xe8'
    assert session.code == 1000 and raw.closed


def test_writing_to_the_connection_turns_the_stream_as_well():
    raw = Raw()
    session = Session(raw=raw)
    request = _wshd.handshake(load(ACCEPT), Info(), Host()).request
    live_stream = request.ws_stream = HostStream(request, session)
    live_stream.send_message('begun', end=False)
    assert request.connection.write(bytearray(b'\x89\x00')) == 2
    # The message goes on where the gateway has begun it.
    live_stream.send_message('done')
    assert session.sent == [('text', 'begun', False)] and raw.written == b'\x89\x00\x80\x04done'


def test_a_receiver_that_waits_goes_on_with_frames_when_another_thread_turns_the_stream():
    class Turning(Session):
        def receive(self):
            request.ws_stream._go_live()
            return 2
    raw = Raw(masked(0x81, b'a'))
    request = _wshd.handshake(load(ACCEPT), Info(), Host()).request
    request.ws_stream = HostStream(request, Turning(raw=raw))
    assert request.ws_stream.receive_message() == 'a'


def test_the_hosts_failures_have_the_exceptions_of_their_codes():
    for code, kind in ((1002, stream.InvalidFrameException), (1003, stream.UnsupportedFrameException),
                       (1007, stream.InvalidUTF8Exception), (1009, stream.ConnectionTerminatedException)):
        session = Session('a', -code)
        request = _wshd.handshake(load(ACCEPT), Info(), Host()).request
        request.ws_stream = HostStream(request, session)
        assert request.ws_stream.receive_message() == 'a'
        raises(kind, request.ws_stream.receive_message)
        # The host has sent the Close.
        request.ws_stream.close_connection(1011)
        assert session.sent == [] and request.server_terminated


def test_a_script_whose_text_is_about_frames_has_them_from_the_start():
    module = load(ACCEPT + 'def web_socket_transfer_data(request):\n'
                           '    request.ws_stream.send_message("a")\n'
                           '    if request.uri == "/never":\n'
                           '        request.ws_stream._receive_frame()\n')
    outcome = _wshd.handshake(module, Info(), Host(extensions='permessage-deflate'))
    assert outcome.frames and outcome.head and not outcome.deflate
    raw = Raw(close(1000))
    assert _wshd.transfer(module, outcome, Session(raw=raw)) == ''
    assert raw.written == b'\x81\x01a\x88\x02\x03\xe8'


# The bytes of a connection.

def test_a_connection_is_read_and_written_as_bytes():
    request, live_stream, raw = live(b'abc\ndefgh')
    connection = request.connection
    assert connection.read(2) == b'ab' and connection.readline() == b'c\n' and connection.read(0) == b''
    assert connection.read(2) == b'de' and connection.read() == b'fgh'
    assert connection.read(1) == connection.read() == connection.readline() == b''
    assert connection.write(b'x') == 1 and connection.write(memoryview(b'yz')) == 2 and raw.written == b'xyz'
    e = raises(TypeError, connection.write, 'text')
    assert str(e) == "a bytes-like object is required, not 'str'"
    raw.gone = True
    assert isinstance(raises(api_test.ConnectionLostException, connection.write, b'x'), BrokenPipeError)
    e = raises(api_test.ConnectionLostException, live_stream.send_message, 'x')
    assert str(e).startswith("Failed to send message to ('127.0.0.1', 50123): Broken pipe")


def test_a_connection_remembers_the_lines_of_the_head():
    request = _wshd.handshake(load(ACCEPT), Info('/a?b', 'X: y\r\n'), Host()).request
    assert request.connection.get_memorized_lines() == [
        b'GET /a?b HTTP/1.1\r\n', b'Host: localhost:8080\r\n', b'X: y\r\n', b'\r\n']


def test_bytes_written_in_the_handshake_go_out_before_the_answer():
    host = Host(raw=Raw(b'later'))
    outcome = api_test.shake('request.connection.write(b"junk")\nassert request.connection.read(2) == b"la"\n'
                             'request.connection.write(b"!")', host)
    assert outcome.status == 101 and outcome.frames and outcome.head, outcome.traceback
    assert host.raw.written == b'junk!' and host.seized == 1
    outcome = api_test.shake('request.connection.write("text")', Host())
    assert outcome.status == 403 and 'TypeError' in outcome.traceback and outcome.head is None
    outcome = api_test.shake('request.connection.write(b"x")', Host(raw=Raw(gone=True)))
    assert outcome.status == 403 and 'ConnectionLostException' in outcome.traceback


# permessage-deflate.

def deflating(*frames, parameters=(), set_up=lambda processor: None, make=streaming):
    """A stream with the extension as its client has offered it."""
    offer = common.ExtensionParameter('permessage-deflate')
    for name, value in parameters:
        offer.add_parameter(name, value)
    processor = extensions.get_extension_processor(offer)
    set_up(processor)
    options = stream.StreamOptions()
    assert extensions.negotiate([None, processor], options), parameters
    made = make(*frames, options=options)
    return made[0], made[1], processor


def compressed(data, end=True):
    compress = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
    return (compress.compress(data) + compress.flush(zlib.Z_SYNC_FLUSH))[:-4 if end else None]


def test_sent_messages_are_compressed_as_the_rfc_shows():
    # RFC 7692 sections 7.2.3.1 and 7.2.3.2.
    request, live_stream, _ = deflating()
    live_stream.send_message('Hello')
    live_stream.send_message('Hello')
    live_stream.send_message('')
    live_stream.send_message('\0')
    assert request.connection.written == (
        b'\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\xc1\x05\xf2\x00\x11\x00\x00\xc1\x01\x00\xc1\x03\x62\x00\x00')
    request, live_stream, _ = deflating(parameters=[('server_no_context_takeover', None)])
    for _ in range(2):
        live_stream.send_message(b'Hello', binary=True)
    assert request.connection.written == 2 * b'\xc2\x07\xf2\x48\xcd\xc9\xc9\x07\x00'


def test_a_message_is_compressed_in_its_pieces():
    request, live_stream, _ = deflating()
    for piece, end in (('', False), ('Hello', False), ('', True)):
        live_stream.send_message(piece, end)
    assert request.connection.written == (
        b'\x41\x05\0\0\0\xff\xff\x00\x0b\xf2\x48\xcd\xc9\xc9\x07\x00\0\0\xff\xff\x80\x01\x00'), request.connection.written


def test_a_small_window_is_kept():
    part = 'abcdefghijklmnopqrstuvwxyz'
    for bits in ('8', '9', '10'):
        request, live_stream, _ = deflating(parameters=[('server_max_window_bits', bits)])
        live_stream.send_message(part + '-' * 30000 + part)
        # 91 bytes: the second part is no copy of the first, which is too far away.
        assert request.connection.written[:2] == b'\xc1\x5b', (bits, request.connection.written[:2])


def test_bfinal_ends_the_stream_with_each_piece():
    request, live_stream, processor = deflating()
    processor.set_bfinal(True)
    live_stream.send_message('Hello', end=False)
    live_stream.send_message('World')
    expected = b''
    for first, text in ((0x41, b'Hello'), (0x80, b'World')):
        compress = zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -15)
        payload = compress.compress(text) + compress.flush(zlib.Z_FINISH) + b'\0'
        expected += bytes((first, len(payload))) + payload
    assert request.connection.written == expected


def test_compression_is_switched_off_and_on_between_messages():
    request, live_stream, processor = deflating()
    processor.disable_outgoing_compression()
    live_stream.send_message('Hel', end=False)
    processor.enable_outgoing_compression()
    live_stream.send_message('lo')
    live_stream.send_message('Hello')
    live_stream.send_ping(b'')
    assert request.connection.written == (
        b'\x01\x03Hel\x80\x02lo\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x89\x00')


def test_received_messages_are_inflated():
    two = compressed(b'HelloWebSocket')
    for make in BOTH:
        request, live_stream, _ = deflating(
            masked(0x41, two[:5]), masked(0x89), masked(0x80, two[5:]), masked(0x81, b'plain'),
            masked(0xc2, compressed(b'World')), masked(0xc1, b'\xf2\x48\xcd\xc9\xc9\x07\x00'),
            masked(0xc1, b'\xf2\x00\x11\x00\x00'), close(1000), make=make)
        got = [live_stream.receive_message() for _ in range(6)]
        assert got == ['HelloWebSocket', 'plain', b'World', 'Hello', 'Hello', None], got


def test_what_is_no_compressed_message_is_refused():
    for frame, kind in ((masked(0xc1, b'\xff\xff'), stream.InvalidUTF8Exception),
                        (masked(0xc9, b''), stream.UnsupportedFrameException),
                        (masked(0xe1, b''), stream.UnsupportedFrameException)):
        raises(kind, deflating(frame)[1].receive_message)
    bomb = masked(0xc2, compressed(bytes(1 << 20)))
    assert len(bomb) < 2000
    request, live_stream, _ = deflating(bomb, make=lambda *frames, options: live(*frames, limit=2000, options=options))
    raises(stream.ConnectionTerminatedException, live_stream.receive_message)
    assert request._raw.written == b'\x88\x02\x03\xf1'


def test_the_host_goes_on_to_inflate_where_it_has_begun():
    class HostRaw(Raw):
        def inflates(self):
            return True

        def inflate(self, message, limit):
            return {b'a': b'inflated', b'b': 1009, b'c': 1007}[message]
    raw = HostRaw(masked(0x81, b'plain') + masked(0xc1, b'a') + masked(0xc1, b'c') + masked(0xc1, b'b'))
    request = _wshd.handshake(load(ACCEPT), Info(), Host(extensions='permessage-deflate; server_max_window_bits=15')
                              ).request
    request.ws_stream = HostStream(request, Session(raw=raw))
    request.ws_stream._go_live()
    assert request.ws_stream.receive_message() == 'plain' and request.ws_stream.receive_message() == 'inflated'
    raises(stream.InvalidUTF8Exception, request.ws_stream.receive_message)
    request.ws_stream.send_message('Hello')
    raises(stream.ConnectionTerminatedException, request.ws_stream.receive_message)
    assert raw.written == b'\xc1\x07\xf2\x48\xcd\xc9\xc9\x07\x00\x88\x02\x03\xf1'


def test_processors_of_ones_own_take_part():
    class Shouting(extensions.ExtensionProcessorInterface):
        def name(self):
            return 'shouting'

        def check_consistency_with_other_processors(self, processors):
            seen.extend(processor.name() for processor in processors)

        def _get_extension_response_internal(self):
            return common.ExtensionParameter('shouting')

        def _setup_stream_options_internal(self, stream_options):
            stream_options.incoming_message_filters.append(self)

        def filter(self, message):
            return message.upper()
    seen = []
    offers = [common.ExtensionParameter(name) for name in ('permessage-deflate', 'permessage-deflate', 'shouting')]
    processors = extensions.get_extension_processors(offers)
    assert len(processors) == 2 and extensions.is_compression_extension(processors[0].name())
    processors.append(Shouting(offers[2]))
    assert processors[2].request() is offers[2] and processors[2].is_active()
    options = stream.StreamOptions()
    accepted = extensions.negotiate(processors, options)
    assert [answer.name() for answer in accepted] == ['permessage-deflate', 'shouting']
    assert seen == ['permessage-deflate', 'permessage-deflate', 'shouting'] and not processors[1].is_active()
    request, live_stream = streaming(masked(0x81, b'quiet'), options=options)
    assert live_stream.receive_message() == 'QUIET'


def test_random_sections_deflate_and_inflate():
    import random
    random.seed(0)
    source = bytes([random.randint(0, 255) for _ in range(100 * 1024)])

    def sections():
        at = 0
        while at < len(source):
            size = random.randint(1, len(source) // 10)
            yield source[at:at + size]
            at += size
    for bits in (15, 10):
        deflater = util._Deflater(bits)
        data = b''.join([deflater.compress(part) for part in sections()]) + deflater.compress_and_finish(b'')
        inflater = util._Inflater(bits)
        inflater.append(data)
        for part in sections():
            assert inflater.decompress(len(part)) == part
        assert inflater.decompress(-1) == b''


# The handshake over a connection of one's own.

class Dispatcher:
    def __init__(self, hook):
        self.do_extra_handshake = hook


def shake(hook=lambda request: None, protocol='HTTP/1.1', method='GET', **changed):
    headers = {'Host': 'server.example.com', 'Upgrade': 'websocket', 'Connection': 'Upgrade',
               'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version': '13',
               'Origin': 'http://example.com'}
    headers.update((name.replace('_', '-'), value) for name, value in changed.items())

    class Headers(dict):
        def get(self, name, default=None):
            return super().get(name.lower(), default)
    request = Request()
    request.method, request.protocol, request.uri = method, protocol, '/demo'
    request.headers_in = Headers((name.lower(), value) for name, value in headers.items() if value is not None)
    request.is_https = lambda: False
    handshake.do_handshake(request, Dispatcher(hook))
    return request


ANSWER = (b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
          b'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n')


def test_a_handshake_is_answered_as_the_rfc_shows():
    request = shake()
    assert request.connection.written == ANSWER + b'\r\n'
    assert (request.ws_resource, request.ws_origin, request.ws_version) == ('/demo', 'http://example.com', 13)
    assert request.ws_protocol is request.ws_extensions is request.ws_requested_protocols is None
    for connection in ('UPGRADE', 'Upgrade, keep-alive, , '):
        assert shake(Connection=connection, Upgrade='WEBSOCKET').connection.written == ANSWER + b'\r\n'

    def choose(request):
        request.ws_protocol = request.ws_requested_protocols[0]
        request.extra_headers.append(('X', 'y'))
    request = shake(choose, Sec_WebSocket_Protocol='chat, superchat',
                    Sec_WebSocket_Extensions='permessage-deflate, unknown')
    assert request.connection.written == (
        ANSWER + b'Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Extensions: permessage-deflate\r\nX: y\r\n\r\n')
    assert [extension.name() for extension in request.ws_extensions] == ['permessage-deflate']
    assert [extension.name() for extension in request.ws_requested_extensions] == ['permessage-deflate', 'unknown']


def test_a_handshake_that_is_none_is_refused():
    for changed in ({'Connection': None}, {'Connection': 'Downgrade'}, {'Upgrade': None}, {'Upgrade': 'other'},
                    {'Host': None}, {'method': 'POST'}, {'protocol': 'HTTP/1.0'}, {'Sec_WebSocket_Key': None},
                    {'Sec_WebSocket_Key': 'dGhlIHNhbXBsZSBub25jZQ==garbage'}, {'Sec_WebSocket_Key': 'YQ=='},
                    {'Sec_WebSocket_Key': 'AQIDBAUGBwgJCgsMDQ4PEC=='}, {'Sec_WebSocket_Version': None},
                    {'Sec_WebSocket_Key': 'dGhlIHNhbXBsZSBub25jZQ==,dGhlIHNhbXBsZSBub25jZQ=='},
                    {'Sec_WebSocket_Version': '13, 13'}, {'Sec_WebSocket_Extensions': 'a; '},
                    {'Sec_WebSocket_Protocol': 'a'}):
        assert raises(handshake.HandshakeException, shake, **changed).status == 400, changed
    e = raises(handshake.VersionException, shake, Sec_WebSocket_Version='3')
    assert e.supported_versions == '13'

    def choose(request):
        request.ws_protocol = 'unasked'
    raises(handshake.HandshakeException, shake, choose)

    def abort(request):
        raise handshake.AbortedByUserException('x')
    raises(handshake.AbortedByUserException, shake, abort)


def test_old_names_of_modules_are_there():
    if '_wshd_host' in sys.modules:
        from mod_pywebsocket.handshake._base import validate_mandatory_header
        from mod_pywebsocket._stream_base import ConnectionTerminatedException
        from pywebsocket3._stream_hybi import Frame
        import mod_pywebsocket.stream_exceptions
        assert validate_mandatory_header is handshake.base.validate_mandatory_header
        assert ConnectionTerminatedException is stream.ConnectionTerminatedException and Frame is stream.Frame
        assert mod_pywebsocket.stream_exceptions.InvalidUTF8Exception is stream.InvalidUTF8Exception


def run():
    """Run every test of this file; '' when nothing failed."""
    return api_test.run_tests(globals())


if __name__ == '__main__':
    failed = run()
    print(failed or 'all passed')
    sys.exit(1 if failed else 0)
