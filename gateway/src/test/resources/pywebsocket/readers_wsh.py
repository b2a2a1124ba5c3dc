# Reads frames and bytes as the query says, which names one of the functions below, and tells what it saw.
import json

from mod_pywebsocket import common, msgutil, stream


def tell(request, seen):
    # In bytes, since nothing else of the stream is to take part.
    request.connection.write(stream.create_text_frame(json.dumps(seen)))


def shown(frame):
    opcode, payload, fin, rsv1, rsv2, rsv3 = frame
    return [opcode, payload.decode('latin-1'), fin, rsv1, rsv2, rsv3]


def frame(request):
    tell(request, [shown(request.ws_stream._receive_frame()) for _ in range(5)])


def frame_objects(request):
    frames = [request.ws_stream._receive_frame_as_frame_object() for _ in range(2)]
    tell(request, [[f.opcode, f.payload.decode(), f.fin] for f in frames])


def pong(request):
    msgutil.send_ping(request, 'Hello, world!')
    tell(request, shown(request.ws_stream._receive_frame()))


def raw_bytes(request):
    tell(request, [request.ws_stream.receive_bytes(6).hex(), request.connection.read(3).hex()])


def what_is_there(request):
    tell(request, request.connection.read(1024).hex())
    request.server_terminated = True


def filtered(request):
    class Upper:
        def filter(self, message):
            return message.upper()
    request.ws_stream._options.incoming_message_filters.append(Upper())
    tell(request, request.ws_stream.receive_filtered_frame().payload.decode())


def judged(request):
    live = request.ws_stream
    message = None
    while message is None:
        message = live._get_message_from_frame(live._receive_frame_as_frame_object())
    close = live._receive_frame_as_frame_object()
    tell(request, [message.decode(), live.get_last_received_opcode(), close.opcode])
    live._process_close_message(live._get_message_from_frame(close))
    assert request.client_terminated and request.ws_close_code == 3000


def handlers(request):
    seen = []
    request.on_ping_handler = lambda request, message: seen.append('ping ' + message.decode())
    request.on_pong_handler = lambda request, message: seen.append('pong ' + message.decode())
    seen.append(request.ws_stream.receive_message())
    tell(request, seen)


def filters(request):
    class Loud:
        def filter(self, message, end=True, binary=False):
            return message.upper()

    class Bit:
        def filter(self, frame):
            frame.rsv3 = 1 - frame.rsv3
    options = request.ws_stream._options
    options.incoming_frame_filters.append(Bit())
    options.outgoing_frame_filters.append(Bit())
    options.outgoing_message_filters.append(Loud())
    request.ws_stream.send_message(request.ws_stream.receive_message())


def messages(request):
    while True:
        message = request.ws_stream.receive_message()
        if message is None:
            return
        request.ws_stream.send_message(message, binary=isinstance(message, bytes))


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    globals()[request.ws_resource.partition('?')[2]](request)
