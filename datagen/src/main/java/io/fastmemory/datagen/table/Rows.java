package io.fastmemory.datagen.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.model.Json;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rows of a table, one in memory at a time. */
interface Rows extends Closeable {
    /**
     * A row.
     *
     * @param place file and line, for messages
     * @param cells by column, in the order of the table; cells without text are absent
     */
    record Row(String place, Map<String, String> cells) {}

    /** The next row, or {@code null} after the last. */
    @Nullable
    Row next() throws IOException;

    /**
     * Opens a table in the format of the mapping, or else the one its name ends with.
     *
     * @param mapped columns it must have: a header that lacks one is refused before the first row, and lines of JSON of which
     *     none has one after the last
     */
    static Rows open(Path file, Mapping mapping, MappedColumns mapped) throws IOException {
        String name = String.valueOf(file.getFileName());
        String lower = name.toLowerCase(Locale.ROOT);
        String format = mapping.format();
        if (format == null) {
            format = lower.endsWith(".csv") ? "csv" : lower.endsWith(".jsonl") ? "jsonl" : "";
        }
        return switch (format) {
            case "csv" -> new CsvRows(name, file, mapping.separator(), mapped);
            case "jsonl" -> new JsonlRows(name, new BufferedReader(new Utf8Reader(file)), mapped);
            default ->
                throw new ImportException(
                        name
                                + ": expected a name that ends with .csv or .jsonl, or \"format\" in the mapping: found neither");
        };
    }

    /** Rows that are lines of JSON; values that are not scalars are kept as JSON. */
    final class JsonlRows implements Rows {
        private static final ObjectReader READER = Json.MAPPER.reader();
        /** Names are remembered up to this many, and those of the mapping: lines may have keys of their own. */
        private static final int MOST_KEYS = 100;

        private final String name;
        private final BufferedReader lines;
        private final MappedColumns mapped;
        private final Set<String> wanted;
        private final Set<String> keys = new LinkedHashSet<>();
        private long number;

        JsonlRows(String name, BufferedReader lines, MappedColumns mapped) {
            this.name = name;
            this.lines = lines;
            this.mapped = mapped;
            this.wanted = mapped.names().collect(Collectors.toSet());
        }

        @Override
        public @Nullable Row next() throws IOException {
            String line = lines.readLine();
            number++;
            while (line != null && line.isBlank()) {
                line = lines.readLine();
                number++;
            }
            if (line == null) {
                if (!keys.isEmpty()) {
                    mapped.requireIn(name, keys);
                }
                return null;
            }
            String place = name + " line " + number;
            JsonNode node;
            try {
                node = READER.readTree(line);
            } catch (JsonProcessingException e) {
                throw new ImportException(place + ": expected a JSON object: " + e.getOriginalMessage());
            }
            if (!node.isObject()) {
                throw new ImportException(place + ": expected a JSON object: found " + node.getNodeType());
            }
            Map<String, String> cells = new LinkedHashMap<>();
            node.fields().forEachRemaining(field -> {
                if (keys.size() < MOST_KEYS || wanted.contains(field.getKey())) {
                    keys.add(field.getKey());
                }
                JsonNode value = field.getValue();
                String text = value.isContainerNode() ? value.toString() : value.asText();
                if (!value.isNull() && !text.isBlank()) {
                    cells.put(field.getKey(), text);
                }
            });
            return new Row(place, cells);
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    /** Rows of a CSV file whose first line names the columns; cells may span lines in quotes. */
    final class CsvRows implements Rows {
        private final String name;
        private final MappingIterator<Map<String, String>> rows;
        private final MappedColumns mapped;
        private boolean hasHeader;

        CsvRows(String name, Path file, char separator, MappedColumns mapped) throws IOException {
            this.name = name;
            this.mapped = mapped;
            CsvMapper mapper = CsvMapper.builder()
                    .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
                    .enable(CsvParser.Feature.FAIL_ON_MISSING_COLUMNS)
                    .build();
            CsvSchema schema = CsvSchema.emptySchema().withHeader().withColumnSeparator(separator);
            this.rows = mapper.readerForMapOf(String.class).with(schema).readValues(new Utf8Reader(file));
        }

        @Override
        public @Nullable Row next() throws IOException {
            long line = rows.getCurrentLocation().getLineNr();
            try {
                boolean hasRow = rows.hasNextValue();
                if (!hasHeader && rows.getParserSchema() instanceof CsvSchema header) {
                    hasHeader = true;
                    mapped.requireIn(
                            name,
                            header.getColumnNames().stream().map(String::strip).toList());
                }
                if (!hasRow) {
                    return null;
                }
                line = rows.getCurrentLocation().getLineNr();
                Map<String, String> cells = new LinkedHashMap<>();
                rows.nextValue().forEach((column, cell) -> {
                    if (cell != null && !cell.isBlank()) {
                        cells.put(column.strip(), cell);
                    }
                });
                return new Row(name + " line " + line, cells);
            } catch (JsonProcessingException e) {
                throw new ImportException(name + " line " + line + ": expected a CSV row: " + e.getOriginalMessage());
            } catch (NoSuchElementException e) {
                throw new ImportException(name + " line " + line + ": expected a CSV row: " + e.getMessage());
            }
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
