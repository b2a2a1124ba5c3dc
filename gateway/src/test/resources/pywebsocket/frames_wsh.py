# Sends what the query says, which names one of the functions below: right frames and broken ones.
import struct
import time

from mod_pywebsocket import common, handshake, msgutil, stream, util


def nothing(request):
    pass


def broken_length(request):
    request.connection.write(b'\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xffhi')
    request.server_terminated = True


def not_the_shortest_length(request):
    request.connection.write(b'\x81\x7e\x00\x02hi')


def reserved_bits(request):
    for rsv in ((1, 0, 0), (0, 1, 0), (0, 0, 1)):
        request.connection.write(stream.create_header(common.OPCODE_TEXT, 1, 1, *rsv, mask=False) + b'x')


def reserved_opcodes(request):
    for opcode in (3, 0xb):
        request.connection.write(stream.create_header(opcode, 0, 1, 0, 0, 0, 0))


def masked(request):
    frame = stream.create_text_frame('Hello', mask=True)
    assert stream.parse_frame(iter_reader(frame))[1] == b'Hello'
    # The key is random, so here is one that is not.
    request.connection.write(b'\x81\x85\x37\xfa\x21\x3d' + util.RepeatedXorMasker(b'\x37\xfa\x21\x3d').mask(b'Hello'))


def iter_reader(data):
    import io
    return io.BytesIO(data).read


def invalid_utf8(request):
    request.connection.write(stream.create_binary_frame(b'\xc3\x28', opcode=common.OPCODE_TEXT))


def long_control_frame(request):
    request.connection.write(stream.create_header(common.OPCODE_PING, 126, 1, 0, 0, 0, False) + b'p' * 126)


def fragmented_control_frame(request):
    request.ws_stream._write(stream.create_header(common.OPCODE_PING, 1, 0, 0, 0, 0, False) + util.pack_byte(112))


def interleaved(request):
    builder = stream.FragmentedFrameBuilder(False)
    request.ws_stream._write(builder.build('one ', False, False))
    msgutil.send_ping(request, 'between')
    request.ws_stream._write(builder.build('two', True, False))


def stray_continuation(request):
    request.connection.write(stream.create_text_frame('stray', common.OPCODE_CONTINUATION))


def bytes_one_by_one(request):
    for byte in stream.create_close_frame(struct.pack('!H', 3004) + 'split test'.encode('utf-8')):
        request.connection.write(util.pack_byte(byte))
    request.server_terminated = True


def close_with_a_bad_code(request):
    request.connection.write(stream.create_close_frame(struct.pack('!H', 1005)))
    raise handshake.AbortedByUserException('enough')


def large(request):
    request.connection.write(stream.create_binary_frame(b'x' * 300000))


def end_without_a_close(request):
    request.ws_stream.send_ping('ping')
    raise handshake.AbortedByUserException('rudely')


def sleep_and_end(request):
    time.sleep(0.1)
    request.server_terminated = True


def fail(request):
    request.connection.write(b'\x81\x01x')
    raise ValueError('as asked')


def all_kinds(request):
    send = request.connection.write
    send(stream.create_text_frame('t') + stream.create_binary_frame(b'b') + stream.create_ping_frame(b'i'))
    send(stream.create_pong_frame(b'o') + stream.create_length_header(126, True))
    msgutil.send_message(request, 'm')
    msgutil.close_connection(request)


def web_socket_do_extra_handshake(request):
    request.ws_extension_processors = []


def web_socket_transfer_data(request):
    globals()[request.unparsed_uri.split('?')[1]](request)
