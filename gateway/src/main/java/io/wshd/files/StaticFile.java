package io.wshd.files;

import io.undertow.io.IoCallback;
import io.undertow.io.Sender;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.PathResource;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.util.ETag;
import io.undertow.util.MimeMappings;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.TimeUnit;

/**
 * One file as it was when the request looked: size, time and tag are of the same moment, so that a file which changes
 * meanwhile cannot give a response whose headers contradict each other.
 */
final class StaticFile extends PathResource {

    private final long size;
    private final Date modified;
    private final ETag tag;

    StaticFile(Path file, BasicFileAttributes attributes, PathResourceManager manager, String path) {
        super(file, manager, path);
        var time = attributes.lastModifiedTime();
        size = attributes.size();
        // HTTP dates have whole seconds; with the rest kept, a date would be older than the file that it came from.
        modified = Date.from(time.toInstant().truncatedTo(ChronoUnit.SECONDS));
        tag = new ETag(false, Long.toHexString(time.to(TimeUnit.NANOSECONDS)) + "-" + Long.toHexString(size));
    }

    @Override
    public Date getLastModified() {
        return new Date(modified.getTime());
    }

    @Override
    public ETag getETag() {
        return tag;
    }

    @Override
    public Long getContentLength() {
        return size;
    }

    @Override
    public boolean isDirectory() {
        return false;
    }

    @Override
    public String getContentType(MimeMappings unused) {
        return MimeTypes.of(getName());
    }

    /** A range even for the whole: of a file that grows meanwhile, no more is read than was announced. */
    @Override
    public void serve(Sender sender, HttpServerExchange exchange, IoCallback callback) {
        serveRange(sender, exchange, 0, size - 1, callback);
    }
}
