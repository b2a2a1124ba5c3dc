from pywebsocket3.msgutil import *
