package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.undertow.server.DefaultByteBufferPool;
import io.wshd.TestGateway;
import io.wshd.config.ConfigReader;
import io.wshd.script.Handler;
import io.wshd.script.Imports;
import io.wshd.script.Opening;
import io.wshd.script.Upgrade;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xnio.OptionMap;
import org.xnio.Xnio;

@Timeout(60)
class FirstConnectionsTest {

    @Test
    void whoMakesThemEndsWithTheGateway() throws Exception {
        var config = ConfigReader.read(
                TestGateway.repository().resolve("conf/gateway.conf"), List.of(), OptionalInt.empty());
        var worker = Xnio.getInstance().createWorker(OptionMap.EMPTY);
        var first = new FirstConnections(worker, new DefaultByteBufferPool(true, 1024), List.of(config.websocket()));
        var waits = new CountDownLatch(1);
        Thread loader = Thread.ofPlatform().daemon().start(() -> {
            try {
                first.run(new Waiting(waits), Thread.ofVirtual().factory());
            } catch (IOException e) {
                // The gateway is closed, or the handler has not answered.
            }
        });
        waits.await();
        first.close();
        loader.interrupt();
        worker.shutdownNow();
        assertThat(loader.join(Duration.ofSeconds(30))).isTrue();
    }

    /** Never answers. */
    private record Waiting(CountDownLatch waits) implements Handler {

        @Override
        public Opening open(Upgrade upgrade) throws InterruptedException {
            waits.countDown();
            Thread.sleep(Duration.ofMinutes(1));
            return new Opening.Aborted();
        }

        @Override
        public Imports imports() {
            return new Imports();
        }

        @Override
        public void close() {}
    }
}
