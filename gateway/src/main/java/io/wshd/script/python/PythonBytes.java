package io.wshd.script.python;

import com.oracle.graal.python.PythonLanguage;
import com.oracle.graal.python.runtime.object.PFactory;
import org.graalvm.polyglot.Value;

/**
 * Binary messages on their way into and out of Python.
 *
 * <p>GraalPy 25 makes no {@code bytes} of a Java buffer: from a Java array it copies element by element (2.8 ms for 64
 * KiB), by way of a Latin-1 string it takes 0.23 ms. Its own factory takes the array as it is. It is not public API,
 * hence kept in this one place and covered by a test.
 */
final class PythonBytes {

    private PythonBytes() {}

    /**
     * A Python {@code bytes} object over {@code data}, which nobody may change afterwards. Only on a thread that is
     * inside a Python context, so within a call from a script.
     */
    static Object of(byte[] data) {
        return PFactory.createBytes(PythonLanguage.get(null), data);
    }

    /** The content of a Python {@code bytes}, {@code bytearray} or {@code memoryview}. */
    static byte[] toJava(Value bytes) {
        byte[] data = new byte[Math.toIntExact(bytes.getBufferSize())];
        bytes.readBuffer(0, data, 0, data.length);
        return data;
    }
}
