package io.fastmemory.connectors.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The JDK's HTTP server, set up so that clients who begin a request and never end it hold up nobody for long: a request has
 * {@value #REQUEST_SECONDS} seconds to arrive, and up to {@value #THREADS} are read at once.
 */
public final class LocalHttp {
    private static final int BACKLOG = 1024;
    private static final int THREADS = 128;
    private static final int REQUEST_SECONDS = 10;
    private static final int IDLE_THREAD_SECONDS = 30;

    static {
        // Read once, when a JVM makes its first HTTP server, and for all of them. Without nodelay, an answer's body
        // waits for the acknowledgement of its headers (40 ms on Linux). A request that is refused unread is read away
        // up to the drain amount, so that its client sees the answer and no reset connection.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        setUnlessGiven("maxIdleConnections", "4096");
        setUnlessGiven("idleInterval", "120");
        setUnlessGiven("maxReqTime", Integer.toString(REQUEST_SECONDS));
        setUnlessGiven("drainAmount", Integer.toString(4 << 20));
    }

    private LocalHttp() {}

    private static void setUnlessGiven(String name, String value) {
        String property = "sun.net.httpserver." + name;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /**
     * A server at an address, which answers nothing before it is started.
     *
     * @param what the server is, for the message
     * @param port to listen on, or 0 for any free one
     * @throws IOException naming the address if it is taken
     */
    public static HttpServer at(String address, int port, String what) throws IOException {
        try {
            return HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
        } catch (BindException e) {
            throw new IOException(
                    "expected a free address for the " + what + ", " + address + " port " + port + ": " + e.getMessage()
                            + "; choose another port",
                    e);
        }
    }

    /** Threads for a server's requests, made when needed, up to a bound; each reads its request to the end. */
    public static ExecutorService threads(String name) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                daemonThreads(name));
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static ThreadFactory daemonThreads(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
