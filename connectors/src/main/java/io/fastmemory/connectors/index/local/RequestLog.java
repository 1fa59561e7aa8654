package io.fastmemory.connectors.index.local;

import io.pinecone.proto.RequestUnion;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write requests of one index in the order they were acknowledged. Each record is its length (4 bytes, big
 * endian), the CRC-32C of the message (4 bytes) and the protobuf message. A crash can leave an incomplete last
 * record, which was never acknowledged: it is moved aside and reported when the log is opened. One thread at a time.
 */
final class RequestLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);
    private static final int HEADER_BYTES = 8;
    private static final int MAX_MESSAGE_BYTES = 64_000_000;

    private final FileChannel channel;
    private final long replayedRequests;
    private final long tornBytes;

    private RequestLog(FileChannel channel, long replayedRequests, long tornBytes) {
        this.channel = channel;
        this.replayedRequests = replayedRequests;
        this.tornBytes = tornBytes;
    }

    /** Opens or creates a log, hands every whole record to {@code replay} and moves a torn tail aside. */
    static RequestLog open(Path file, Consumer<RequestUnion> replay) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long end = 0;
            long requests = 0;
            DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), 1 << 16));
            for (byte[] message = readRecord(in); message.length > 0; message = readRecord(in)) {
                replay.accept(RequestUnion.parseFrom(message));
                end += HEADER_BYTES + message.length;
                requests++;
            }
            long torn = channel.size() - end;
            if (torn > 0) {
                moveTailAside(file, channel, end);
                LOG.warn("cut torn tail off request log file={} at={} bytes={}", file, end, torn);
            }
            channel.position(end);
            return new RequestLog(channel, requests, torn);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Reads one message; empty when what follows is not a whole record. */
    private static byte[] readRecord(DataInputStream in) throws IOException {
        try {
            int length = in.readInt();
            int checksum = in.readInt();
            if (length <= 0 || length > MAX_MESSAGE_BYTES) {
                return new byte[0];
            }
            byte[] message = in.readNBytes(length);
            return message.length == length && checksum(message) == checksum ? message : new byte[0];
        } catch (EOFException endOfLog) {
            return new byte[0];
        }
    }

    private static void moveTailAside(Path file, FileChannel channel, long end) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".torn-at-" + end);
        try (FileChannel out = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (long at = end; at < channel.size(); ) {
                at += channel.transferTo(at, channel.size() - at, out);
            }
            out.force(true);
        }
        channel.truncate(end);
        channel.force(true);
    }

    /**
     * Replaces what the log holds by these groups of requests. A crash leaves either the old log or the new one.
     *
     * @return the new log, which takes the place of this one
     * @throws IOException if it fails; this log is then still open but must not be appended to
     */
    RequestLog rewrite(Path file, Iterable<List<RequestUnion>> groups) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".draft");
        FileChannel written = FileChannel.open(
                draft,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            RequestLog rewritten = new RequestLog(written, replayedRequests, tornBytes);
            for (List<RequestUnion> group : groups) {
                rewritten.append(group);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true); // else a power failure could bring the old log back, without later writes
            }
            LOG.info("request log rewritten file={} bytes={} was={}", file, rewritten.bytes(), bytes());
            channel.close();
            return rewritten;
        } catch (IOException | RuntimeException e) {
            written.close();
            throw e;
        }
    }

    /** Size of the log. */
    long bytes() throws IOException {
        return channel.size();
    }

    /** Appends requests as one group and returns when they are on the disk. */
    void append(List<RequestUnion> requests) throws IOException {
        ByteArrayOutputStream group = new ByteArrayOutputStream();
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        for (RequestUnion request : requests) {
            byte[] message = request.toByteArray();
            header.clear();
            header.putInt(message.length).putInt(checksum(message));
            group.write(header.array(), 0, HEADER_BYTES);
            group.write(message, 0, message.length);
        }
        ByteBuffer bytes = ByteBuffer.wrap(group.toByteArray());
        long start = channel.position();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            channel.truncate(start); // what was not acknowledged must not come back with the next start
            throw e;
        }
    }

    private static int checksum(byte[] message) {
        CRC32C crc = new CRC32C();
        crc.update(message, 0, message.length);
        return (int) crc.getValue();
    }

    /** How many requests were replayed when the log was opened. */
    long replayedRequests() {
        return replayedRequests;
    }

    /** How many bytes of a torn tail were cut off when the log was opened. */
    long tornBytes() {
        return tornBytes;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
