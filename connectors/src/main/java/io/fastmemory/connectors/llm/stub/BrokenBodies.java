package io.fastmemory.connectors.llm.stub;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Bodies of answers that do not come as they should; each closes the connection at its end. */
final class BrokenBodies {
    private static final int HUGE_BODY_BYTES = 64 << 20;

    private BrokenBodies() {}

    /** Sends far more than anyone wants. */
    static void sendHuge(HttpExchange exchange) throws IOException {
        byte[] piece = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            for (int sent = 0; sent < HUGE_BODY_BYTES; sent += piece.length) {
                out.write(piece);
            }
        }
    }

    /** Sends half of what its headers announce. */
    static void sendTruncated(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body, 0, body.length / 2);
            exchange.getResponseBody().flush();
        }
    }

    /**
     * Sends half of a chunk. The chunks are written here: the server's own would be ended properly when it closes them.
     */
    static void sendTruncatedChunk(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        byte[] start = (Integer.toHexString(body.length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (exchange) {
            exchange.getResponseHeaders().set("Transfer-Encoding", "chunked");
            exchange.sendResponseHeaders(200, start.length + (long) body.length);
            exchange.getResponseBody().write(start);
            exchange.getResponseBody().write(body, 0, body.length / 2);
            exchange.getResponseBody().flush();
        }
    }
}
