package io.wshd.script;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the system tells of a change in some directories, or a time has passed. What it tells is only a reason to
 * look: editors rename, mounts send nothing, events overflow. For one thread, except for {@link #close}.
 */
final class DirectoryWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    private final Map<Path, WatchKey> keys = new HashMap<>();
    private WatchService service;
    private boolean complained;

    DirectoryWatch() {
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            complain(e);
        }
    }

    /** Watches these directories from now on, and no others. */
    void watch(Set<Path> directories) {
        keys.entrySet().removeIf(entry -> {
            boolean gone =
                    !directories.contains(entry.getKey()) || !entry.getValue().isValid();
            if (gone) {
                entry.getValue().cancel();
            }
            return gone;
        });
        for (Path directory : directories) {
            if (service != null && !keys.containsKey(directory) && Files.isDirectory(directory)) {
                try {
                    keys.put(
                            directory,
                            directory.register(
                                    service,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE));
                } catch (IOException e) {
                    complain(e);
                }
            }
        }
    }

    /** Waits for a change. Blocks, at most so long. */
    void await(Duration atMost) throws InterruptedException {
        if (service == null) {
            Thread.sleep(atMost);
            return;
        }
        try {
            for (WatchKey key = service.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
                    key != null;
                    key = service.poll()) {
                key.pollEvents();
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            throw new InterruptedException("closed");
        }
    }

    private void complain(Exception e) {
        if (!complained) {
            complained = true;
            LOG.info(
                    "this system does not tell of all changed scripts ({}): they are noticed by looking", e.toString());
        }
    }

    @Override
    public void close() {
        try {
            if (service != null) {
                service.close();
            }
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }
}
