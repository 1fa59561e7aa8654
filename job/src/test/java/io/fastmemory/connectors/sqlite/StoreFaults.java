package io.fastmemory.connectors.sqlite;

/** Faults of a store file that only its own connection can be given. */
public final class StoreFaults {
    private StoreFaults() {}

    /** Makes the disk as good as full: the file can take no further page. To be repeated after a failure. */
    public static void noSpace(SqliteFile file) {
        limitPages(file, 1); // taken for the size there is
    }

    /** Gives the disk its space back. */
    public static void space(SqliteFile file) {
        limitPages(file, 1_000_000_000);
    }

    private static void limitPages(SqliteFile file, int pages) {
        file.write(0, transaction -> {
                    transaction
                            .bind("PRAGMA max_page_count = " + pages)
                            .executeQuery()
                            .close();
                    return at -> at;
                })
                .handle((done, failure) -> done) // it may share the transaction that fails
                .join();
    }
}
