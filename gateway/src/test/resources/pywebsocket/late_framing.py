# What late_wsh.py does to frames.
def frame(request):
    opcode, payload, fin, rsv1, rsv2, rsv3 = request.ws_stream._receive_frame()
    request.ws_stream.send_message('%d %s %d%d' % (opcode, payload.decode(), fin, rsv1))


def bytes(request):
    request.connection.write(b'\x89\x02by\x81\x02te')


def begun(request):
    request.ws_stream.send_message('be', end=False)
    request.connection.write(b'\x89\x00')
    request.ws_stream.send_message('gun')
