package io.wshd.script;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One script file and its newest valid version. A version that fails to load is reported and changes nothing.
 *
 * <p>Its versions change on the loader's thread only; all else may be called by any thread.
 */
public final class Script {

    private static final Logger LOG = LoggerFactory.getLogger("scripts");

    private final Path file;
    private final String name;
    private final Language language;
    private final Loader loader;
    private final ScriptServices services;

    /** Opens when the first attempt to load has ended, well or not. */
    private final CountDownLatch attempted = new CountDownLatch(1);

    private final AtomicBoolean queued = new AtomicBoolean();
    private final AtomicBoolean hurried = new AtomicBoolean();
    private String seen = "";
    private int versions;
    private volatile Deployment newest;

    /**
     * @param file the real path
     * @param services what its versions may ask of the gateway; has its name
     */
    Script(Path file, Language language, Loader loader, ScriptServices services) {
        this.file = file;
        this.name = services.script();
        this.services = services;
        this.language = language;
        this.loader = loader;
    }

    public String name() {
        return name;
    }

    /** Makes the threads on which this script's handlers run. */
    public ThreadFactory threads() {
        return loader.interpreter().threads();
    }

    /** Has the file looked at, and loaded if it changed, on the thread that loads the scripts of its interpreter. */
    void check() {
        if (queued.compareAndSet(false, true)) {
            loader.execute(() -> {
                queued.set(false);
                refresh();
            });
        }
    }

    /**
     * Takes the newest valid version into use; the caller must release it. Parks while the script is loaded for the
     * first time.
     *
     * @return empty when no version could be loaded, or none was within the timeout
     */
    public Optional<Deployment> acquire(long timeout, TimeUnit unit) throws InterruptedException {
        if (attempted.getCount() > 0) {
            if (hurried.compareAndSet(false, true)) {
                loader.executeNext(this::refresh);
            }
            if (!attempted.await(timeout, unit)) {
                return Optional.empty();
            }
        }
        while (true) {
            Deployment deployment = newest;
            if (deployment == null || deployment.acquire()) {
                return Optional.ofNullable(deployment);
            }
        }
    }

    /** Loads the file if its content differs from what was last tried. Blocks while the script's own code runs. */
    private void refresh() {
        try {
            ScriptSource source = ScriptSource.read(file, name, language);
            if (!source.hash().equals(seen)) {
                seen = source.hash();
                deploy(source);
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{}: gone before it could be read", name);
        } catch (IOException e) {
            LOG.warn("{}: cannot be read ({}). {}", name, e.toString(), fallback());
        } finally {
            attempted.countDown();
        }
    }

    private void deploy(ScriptSource source) {
        try {
            loader.ready();
            long start = System.nanoTime();
            Handler handler = loader.load(source, services);
            Deployment before = newest;
            newest = new Deployment(++versions, source.hash(), handler);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            LOG.info("{}: serving version {} ({}, loaded in {} ms)", name, versions, source.hash(), millis);
            if (before != null) {
                before.release();
            }
        } catch (ScriptException e) {
            LOG.error("{}\n{}", e.getMessage(), fallback());
        } catch (InterruptedException e) {
            LOG.debug("{}: the gateway closed while it was loaded", name);
        }
    }

    private String fallback() {
        Deployment deployment = newest;
        return deployment == null
                ? "It is not served until it is mended and saved."
                : "Still serving " + deployment + ".";
    }

    /** The file is gone: new connections are refused, running ones finish. */
    void retire() {
        loader.execute(this::withdraw);
    }

    private void withdraw() {
        seen = "";
        Deployment last = newest;
        newest = null;
        attempted.countDown();
        if (last != null) {
            LOG.info("{}: removed; its connections finish on {}", name, last);
            last.release();
        }
    }
}
