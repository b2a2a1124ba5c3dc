"""Checks of the handlers that ship and of those that tests use, against the host of api_test.

``run(shipped, tests)`` takes the two directories and returns what failed, as text;
``PYTHONPATH=<lib> python3 handlers_test.py <shipped> <tests>`` does the same from a shell.
"""

import os
import sys

import api_test
from api_test import Host, Info, Session
import _wshd

directories = []


def handler(name):
    for directory in directories:
        file = os.path.join(directory, name)
        if os.path.exists(file):
            with open(file, encoding='utf-8') as script:
                module = _wshd.load(f'wshd_test_{name}', file, script.read())
            assert _wshd.check(module) == ''
            return module
    raise AssertionError(f'no {name} in {directories}')


def talk(name, *messages, info=None, session=None):
    module = handler(name)
    outcome = _wshd.handshake(module, info or Info(), Host())
    assert outcome.status == 101, outcome.reason + outcome.traceback
    session = session or Session(*messages)
    log = _wshd.transfer(module, outcome, session)
    return outcome, session.sent, log


def test_echo_answers_in_kind_until_goodbye():
    outcome, sent, log = talk('echo_wsh.py', 'a', b'b', 'Goodbye', 'never read')
    assert log == '' and sent == [('text', 'a', True), ('binary', b'b', True), ('text', 'Goodbye', True),
                                  ('close', 1000, '', True)]


def test_time_pushes_until_the_client_closes():
    class Closing(Session):
        def sendText(self, text, fin):
            if self.sent:
                return 1
            return super().sendText(text, fin)

    outcome, sent, log = talk('time_wsh.py', session=Closing())
    assert log == '' and len(sent) == 1 and sent[0][0] == 'text' and len(sent[0][1]) == 8, sent


def test_a_leaving_client_never_breaks_the_broadcast():
    module = handler('chat_wsh.py')
    sessions = [Session(), Session(status=1), Session(status=2), Session()]
    from pywebsocket3._stream import HostStream
    for session in sessions:
        request = _wshd.handshake(module, Info(), Host()).request
        request.ws_stream = HostStream(request, session)
        module.room.add(request)
    outcome = _wshd.handshake(module, Info(), Host())
    speaker = outcome.request
    said = Session('hello', b'ignored', (1000, ''))
    assert _wshd.transfer(module, outcome, said) == ''
    assert said.sent == [('text', 'hello', True), ('answer', 1000, '')]
    assert [session.sent for session in sessions] == [[('text', 'hello', True)], [], [], [('text', 'hello', True)]]
    assert speaker not in module.room and len(module.room) == 4
    assert _wshd.transfer(module, _wshd.handshake(module, Info(), Host()), Session()) == ''
    assert len(module.room) == 4


def test_origin_check_refuses_other_origins():
    module = handler('origin_check_wsh.py')
    assert _wshd.handshake(module, Info(headers='Origin: http://evil.example\r\n'), Host()).status == 403
    assert _wshd.handshake(module, Info(), Host()).status == 403
    sent = talk('origin_check_wsh.py', info=Info('/o?x', 'Origin: http://example.com\r\n'))[1]
    assert sent[0] == ('text', 'origin_check_wsh.py is called for /o?x, None', True)


def test_cookies_come_and_go():
    outcome, sent, log = talk('cookie_wsh.py', info=Info('/cookie?q', 'Cookie: visits=41\r\n'))
    assert outcome.headers == ['Set-Cookie', 'visits=42; Path=/', 'Set-Cookie', 'last=q']
    assert sent[0] == ('text', 'visits=41', True) and log == ''
    assert _wshd.handshake(handler('cookie_wsh.py'), Info('/cookie?none'), Host()).status == 404


def test_close_does_as_it_is_told():
    for message, close in (('4001 why', (4001, 'why', True)), ('1001', (1001, '', False)), ('exit', (1000, '', True)),
                           ('empty', (0, '', True)), (b'x', (1003, '', True)),
                           ('raise InvalidUTF8Exception', (1007, '', True))):
        assert talk('close_wsh.py', message)[1:] == ([('close', *close)], ''), message
    assert talk('close_wsh.py', (3000, 'a'))[1] == [('answer', 3000, 'a!')]
    assert talk('close_wsh.py', (1005, ''))[1] == [('answer', 0, '')]


def test_bench_sends_and_counts():
    outcome, sent, log = talk('bench_wsh.py', 'send 3 2', 'count', 'ab', b'c', 'end', (1000, ''),
                              info=Info(protocols='a,b'))
    assert outcome.protocol == 'a' and log == ''
    assert sent == [('binary', b'xxx', True)] * 2 + [('text', 'done', True), ('text', '2 3', True),
                                                     ('answer', 1000, '')]


def run(*where):
    """Run every test with the handlers of these directories; '' when nothing failed."""
    directories[:] = where
    return api_test.run_tests(globals())


if __name__ == '__main__':
    failed = run(*sys.argv[1:])
    print(failed or 'all passed')
    sys.exit(1 if failed else 0)
