package io.fastmemory.connectors.index;

/** An index was never opened, and waiting does not help: nothing can be said of the requests to it. */
public final class IndexOpeningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param cause what the last attempt to open it met */
    public IndexOpeningException(RuntimeException cause) {
        super("the index cannot be opened: " + cause.getMessage(), cause);
    }
}
