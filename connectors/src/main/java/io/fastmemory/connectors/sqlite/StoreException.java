package io.fastmemory.connectors.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** A read or write that the store did not carry out. The message names the file, never a row's content. */
public abstract sealed class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SQLiteErrorCode code;

    private StoreException(SQLiteErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    private StoreException(String message) {
        super(message);
        this.code = SQLiteErrorCode.UNKNOWN_ERROR;
    }

    /** A fault that may pass: the file is locked, its disk is full or fails. The same request may succeed later. */
    public static final class Transient extends StoreException {
        private static final long serialVersionUID = 1L;

        Transient(SQLiteErrorCode code, String message, Throwable cause) {
            super(code, message, cause);
        }
    }

    /** A fault that will not pass by itself: a damaged or unreadable file, a broken rule, a closed store. */
    public static final class Permanent extends StoreException {
        private static final long serialVersionUID = 1L;

        Permanent(SQLiteErrorCode code, String message, Throwable cause) {
            super(code, message, cause);
        }

        Permanent(String message) {
            super(message);
        }
    }

    /** SQLite's result code, for example {@code SQLITE_FULL}; {@code UNKNOWN_ERROR} if the fault is not SQLite's. */
    public String code() {
        return code.name();
    }

    /** Sorts a fault by its result code. */
    static StoreException of(Path file, String action, SQLException cause) {
        SQLiteErrorCode code = code(cause);
        String message = "cannot " + action + " " + file + ": " + code.name() + ", " + advice(primary(code));
        return switch (primary(code)) {
            case SQLITE_BUSY,
                    SQLITE_LOCKED,
                    SQLITE_FULL,
                    SQLITE_IOERR, // a quota that is used up, too
                    SQLITE_NOMEM,
                    SQLITE_INTERRUPT,
                    SQLITE_PROTOCOL -> new Transient(code, message, cause);
            default -> new Permanent(code, message, cause);
        };
    }

    /** Whether the fault lies in one operation alone, so that the others of its transaction may still commit. */
    static boolean concernsOneOperation(SQLException cause) {
        return switch (primary(code(cause))) {
            case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE, SQLITE_ERROR -> true;
            default -> false;
        };
    }

    /** Whether another connection held a lock too long. */
    static boolean isBusy(SQLException cause) {
        return primary(code(cause)) == SQLiteErrorCode.SQLITE_BUSY;
    }

    private static SQLiteErrorCode code(SQLException cause) {
        return cause instanceof SQLiteException sqlite ? sqlite.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    }

    /**
     * The low byte of an extended result code; but a shared-memory file that cannot grow is a full disk, which is how a store
     * meets one that is opened there.
     */
    private static SQLiteErrorCode primary(SQLiteErrorCode code) {
        if (code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
            return SQLiteErrorCode.SQLITE_FULL;
        }
        return code == SQLiteErrorCode.UNKNOWN_ERROR ? code : SQLiteErrorCode.getErrorCode(code.code & 0xff);
    }

    private static String advice(SQLiteErrorCode code) {
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED -> "another process holds its lock for longer than the busy timeout";
            case SQLITE_FULL -> "its disk is full: free some space";
            case SQLITE_NOTADB -> "it is not a SQLite database: choose another path or move the file away";
            case SQLITE_CORRUPT -> "it is damaged: restore it from a backup, or salvage it with sqlite3's .recover";
            case SQLITE_CANTOPEN -> "it cannot be opened: check that the path is a file in a writable directory";
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> "it may not be written: check its permissions";
            case SQLITE_IOERR -> "its disk reports an I/O error: check the disk, its quota and the system log";
            default -> code.message;
        };
    }
}
