package io.fastmemory.job;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Addresses of services as they may be recorded and shown: a key that was put into one stays out of both. */
public final class ServiceUrl {
    private ServiceUrl() {}

    /**
     * The address of an option, or {@code null} if it is unset.
     *
     * @throws IllegalArgumentException naming the option and nothing of the address but its host, if it has a user, a
     *     query or a fragment, which is where keys are put by mistake
     */
    static @Nullable String withoutCredentials(String option, @Nullable String url) {
        if (url == null) {
            return null;
        }
        URI uri = parsed(url);
        if (uri == null || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "expected " + option + " like https://host[:port]/path: it is no such URL");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("expected " + option + " without user, query and fragment, its host is: "
                    + uri.getHost() + "; keys are given in the environment");
        }
        return url;
    }

    /** The address without what may be a key. */
    static String shown(String url) {
        URI uri = parsed(url);
        if (uri == null || uri.getHost() == null) {
            return "(no URL)";
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return uri.getScheme() + "://" + uri.getHost() + port + uri.getRawPath();
    }

    /** Whether it names this machine, so that what is sent there stays here. */
    public static boolean isLoopback(String url) {
        URI uri = parsed(url);
        String host = uri == null || uri.getHost() == null ? "" : uri.getHost();
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** The address, or {@code null} if it is none: the parser's own message would hold all of it. */
    static @Nullable URI parsed(String url) {
        try {
            return URI.create(url.strip());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
