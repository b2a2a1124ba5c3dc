package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.config.ListenerConfig;
import io.wshd.config.Place;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class BindTest {

    private static final Place PLACE = new Place("conf/gateway.conf", 5, "listeners.http.bind");

    @Test
    void aFreeAddressGivesNoComplaint() {
        assertThat(Bind.complaint(listener("127.0.0.1", 0))).isEmpty();
    }

    @Test
    void aPortInUseIsToldWithItsPlace() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(Bind.complaint(listener("127.0.0.1", taken.getLocalPort())))
                    .contains("conf/gateway.conf:5: listeners.http.bind: \"127.0.0.1:" + taken.getLocalPort()
                            + "\" is in use by another program. Stop that, or choose another port; -p 0 takes any"
                            + " free one.");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsToldApart() {
        assertThat(Bind.complaint(listener("192.0.2.1", 8080)))
                .contains(
                        "conf/gateway.conf:5: listeners.http.bind: \"192.0.2.1:8080\" cannot be listened on: 192.0.2.1"
                                + " is no address of this machine. Did you mean \"0.0.0.0:8080\", which is all of its"
                                + " addresses?");
    }

    @Test
    void aMissingRightIsToldApartEvenInsideOfAnotherException() {
        var cause = new IllegalStateException(new BindException("Permission denied"));

        assertThat(Bind.complaint(listener("0.0.0.0", 80), cause))
                .startsWith("conf/gateway.conf:5: listeners.http.bind: \"0.0.0.0:80\" needs a right that");
    }

    @Test
    void anIpv6AddressStandsInBrackets() {
        assertThat(Bind.shown("::1", 8080)).isEqualTo("[::1]:8080");
    }

    private static ListenerConfig listener(String host, int port) {
        return new ListenerConfig("http", host, port, PLACE);
    }
}
