package io.wshd.script;

import java.lang.reflect.Proxy;

/** Stand-ins for what scripts run in. */
final class Fakes {

    /** What the methods of one answer. */
    interface Answers {
        Object to(String method) throws Exception;
    }

    private Fakes() {}

    static <T> T of(Class<T> type, Answers answers) {
        Object made = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (_, method, _) -> {
            Object answer = answers.to(method.getName());
            return method.getReturnType() == void.class ? null : answer;
        });
        return type.cast(made);
    }
}
