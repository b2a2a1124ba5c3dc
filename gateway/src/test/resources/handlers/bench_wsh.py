# Two loads: "send SIZE COUNT" sends so many binary messages and then "done"; "count" takes messages until a text
# "end" and answers with the number of messages and characters or bytes.
import six
from mod_pywebsocket import msgutil


def web_socket_do_extra_handshake(request):
    # Some clients of the classic benchmark ask for a protocol; the first will do.
    if request.ws_requested_protocols:
        request.ws_protocol = request.ws_requested_protocols[0]


def web_socket_transfer_data(request):
    while True:
        command = msgutil.receive_message(request)
        if command is None:
            return
        words = command.split()
        if words[0] == 'send':
            payload = six.int2byte(120) * int(words[1])
            for _ in six.moves.range(int(words[2])):
                msgutil.send_message(request, payload, binary=True)
            msgutil.send_message(request, 'done')
        elif words[0] == 'count':
            messages = size = 0
            while True:
                message = request.ws_stream.receive_message()
                if message is None:
                    return
                if message == 'end':
                    break
                messages += 1
                size += len(message)
            msgutil.send_message(request, '%d %d' % (messages, size))
