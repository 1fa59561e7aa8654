package io.fastmemory.datagen.table;

import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.JsonAt;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** The columns that one part of a mapping names, each with the place that names it. */
record MappedColumns(List<Named> all) {
    private static final String CELLS = "_values";

    /**
     * A column.
     *
     * @param place file and JSON pointer of the mapping
     */
    record Named(String place, String column) {}

    MappedColumns {
        all = List.copyOf(all);
    }

    /** Every text of a mapping's part but those that are cells. */
    static MappedColumns of(JsonAt part) throws ImportException {
        List<Named> all = new ArrayList<>();
        for (Iterator<String> names = part.node().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            JsonAt field = part.field(name);
            if (name.endsWith(CELLS) || field.isAbsent()) {
                continue;
            }
            for (JsonAt column : field.node().isArray() ? field.elements() : List.of(field)) {
                all.add(new Named(column.place(), column.node().asText()));
            }
        }
        return new MappedColumns(all);
    }

    Stream<String> names() {
        return all.stream().map(Named::column);
    }

    /**
     * Looks whether a table has them all.
     *
     * @throws ImportException naming the first that is not there, the field that asks for it, and the columns there are
     */
    void requireIn(String table, Collection<String> columns) throws ImportException {
        for (Named named : all) {
            if (!columns.contains(named.column())) {
                throw new ImportException(named.place() + ": expected a column of " + table + ": found \""
                        + named.column() + "\"; there are " + columns);
            }
        }
    }
}
