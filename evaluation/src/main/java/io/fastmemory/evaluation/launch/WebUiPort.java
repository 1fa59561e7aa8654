package io.fastmemory.evaluation.launch;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A port of this machine for the web UI of one run. It is claimed before the cluster binds it, seconds later, so that runs
 * which start together do not take the same one.
 */
final class WebUiPort implements AutoCloseable {
    private static final int FIRST = 8081;
    private static final int LAST = 8199;

    private final int number;
    private final NamedLocks.Claim claim;

    private WebUiPort(int number, NamedLocks.Claim claim) {
        this.number = number;
        this.claim = claim;
    }

    /**
     * The first port that nobody uses or has claimed.
     *
     * @throws IOException if there is none
     */
    static WebUiPort claim() throws IOException {
        NamedLocks locks = new NamedLocks(
                Path.of(System.getProperty("java.io.tmpdir"), "fmw-ports-" + System.getProperty("user.name")));
        for (int port = FIRST; port <= LAST; port++) {
            Optional<NamedLocks.Claim> claim = locks.tryClaim(Integer.toString(port));
            if (claim.isPresent() && isFree(port)) {
                return new WebUiPort(port, claim.get());
            }
            if (claim.isPresent()) {
                claim.get().close();
            }
        }
        throw new IOException("expected a free port for the web UI from " + FIRST + " to " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    int number() {
        return number;
    }

    @Override
    public void close() throws IOException {
        claim.close();
    }
}
