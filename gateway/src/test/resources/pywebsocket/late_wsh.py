# Echoes, and leaves the gateway's framing in the midst of it: "frame" reads the next frame itself, "bytes" writes
# some, "begun" goes on with a message that the gateway has begun. All by a module of its own, so that nothing in this
# text tells that it is going to.
import time

import late_framing


def web_socket_do_extra_handshake(request):
    pass


def web_socket_transfer_data(request):
    while True:
        message = request.ws_stream.receive_message()
        if message is None:
            return
        if message == 'wait':
            # Until the gateway has taken everything apart.
            time.sleep(0.3)
        elif message in ('frame', 'bytes', 'begun'):
            getattr(late_framing, message)(request)
        else:
            request.ws_stream.send_message('%s %s' % (type(request.ws_stream).__name__, message))
