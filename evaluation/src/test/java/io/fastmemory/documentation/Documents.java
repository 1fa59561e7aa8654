package io.fastmemory.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The repository's documents and the parts of them that claim something about the program. */
public final class Documents {
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern SPAN = Pattern.compile("`([^`\\n]+)`");

    /** The top folder of the repository. */
    public static final Path ROOT = root();

    private Documents() {}

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw")) && Files.exists(folder.resolve("ARCHITECTURE.md"))) {
                return folder;
            }
        }
        throw new IllegalStateException(
                "expected to run inside the repository: " + Path.of("").toAbsolutePath());
    }

    /** One document. */
    public record Document(String name, Path file, String text) {
        /** A fenced block of code and the language it names, which may be empty. */
        public record Block(String language, String text, int start) {}

        /** The fenced blocks in their order. */
        public List<Block> blocks() {
            List<Block> blocks = new ArrayList<>();
            for (Matcher block = BLOCK.matcher(text); block.find(); ) {
                blocks.add(new Block(block.group(1), block.group(2), block.start()));
            }
            return blocks;
        }

        /** What stands in single back ticks outside of blocks. */
        public List<String> spans() {
            List<String> spans = new ArrayList<>();
            for (Matcher span = SPAN.matcher(BLOCK.matcher(text).replaceAll("")); span.find(); ) {
                spans.add(span.group(1));
            }
            return spans;
        }

        /** The commands of the launcher it shows, without comments and leading variables. */
        public List<String> commands() {
            Stream<String> shown = Stream.concat(
                    blocks().stream().flatMap(block -> block.text().lines()), spans().stream());
            return shown.map(line -> line.replaceAll("\\s+#.*$", "").strip().replaceAll("^([A-Z_]+=\\S+ +)+", ""))
                    .filter(line -> line.equals("./fmw") || line.startsWith("./fmw "))
                    .toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** One document by its path from the top folder. */
    public static Document of(String name) {
        Path file = ROOT.resolve(name);
        try {
            return new Document(name, file, Files.readString(file).replace("\r\n", "\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every document of the repository. */
    public static List<Document> all() {
        List<Document> documents = new ArrayList<>();
        for (String folder : List.of(".", "docs", "docker")) {
            Path start = ROOT.resolve(folder).normalize();
            if (!Files.isDirectory(start)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(start, start.equals(ROOT) ? 1 : Integer.MAX_VALUE)) {
                files.filter(file -> file.getFileName().toString().endsWith(".md"))
                        .sorted()
                        .forEach(file -> documents.add(
                                of(ROOT.relativize(file).toString().replace('\\', '/'))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return documents;
    }
}
