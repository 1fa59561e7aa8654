package io.fastmemory.connectors.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Connections that begin a request and never end it. */
public final class HalfOpenRequests implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 40_000;

    private final List<Socket> open = new ArrayList<>();

    /** So many of them to a port of this machine, each with the same beginning. */
    public HalfOpenRequests(int port, int number, String beginning) throws IOException {
        for (int i = 0; i < number; i++) {
            Socket socket = new Socket("127.0.0.1", port);
            open.add(socket);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** What the server sends over the first of them, up to the first line's end or until it closes the connection. */
    public String answer() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = open.get(0).getInputStream().read(); c >= 0 && c != '\r'; ) {
            line.append((char) c);
            c = open.get(0).getInputStream().read();
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
