package io.fastmemory.documentation;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of packages, types and members that exist: of this repository by its sources, of Flink by its jars. */
final class SourceNames {
    private static final Pattern DECLARATION = Pattern.compile("\\b(?:class|interface|record|enum)\\s+([A-Z]\\w*)");
    private static final List<String> JAVA_PACKAGES =
            List.of("java.lang.", "java.time.", "java.util.", "java.util.concurrent.");

    private final Map<String, String> sourcesByType = new HashMap<>();
    private final Set<String> packages = new HashSet<>();
    private final Set<String> modules = new HashSet<>();
    private final Set<String> flinkTypes = new HashSet<>();

    SourceNames(Path root) {
        try (Stream<Path> folders = Files.list(root)) {
            for (Path module : folders.filter(folder -> Files.exists(folder.resolve("pom.xml")))
                    .toList()) {
                modules.add(module.getFileName().toString());
                read(module.resolve("src/main/java"));
                read(module.resolve("src/test/java"));
            }
            for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
                if (Path.of(entry).getFileName().toString().matches("flink-.*\\.jar")) {
                    readJar(entry);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(Path sources) throws IOException {
        if (!Files.isDirectory(sources)) {
            return;
        }
        try (Stream<Path> files = Files.walk(sources)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                packages.add(sources.relativize(file.getParent()).toString().replace(File.separatorChar, '.'));
                String source = Files.readString(file);
                for (Matcher type = DECLARATION.matcher(source); type.find(); ) {
                    sourcesByType.merge(type.group(1), source, String::concat);
                }
            }
        }
    }

    private void readJar(String file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> name.substring(name.lastIndexOf('/') + 1, name.length() - ".class".length()))
                    .map(name -> name.substring(name.lastIndexOf('$') + 1))
                    .forEach(flinkTypes::add);
        }
    }

    /** Whether {@code name}, such as {@code Outer}, {@code Outer.Inner} or {@code Type.member}, exists. */
    boolean hasType(String name) {
        String[] steps = name.split("\\.");
        String source = sourcesByType.get(steps[0]);
        if (source == null) {
            return flinkTypes.contains(steps[0]) || isJavaType(steps[0]);
        }
        for (int i = 1; i < steps.length; i++) {
            if (!Pattern.compile("\\b" + steps[i] + "\\b").matcher(source).find()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isJavaType(String name) {
        for (String javaPackage : JAVA_PACKAGES) {
            try {
                Class.forName(javaPackage + name, false, SourceNames.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                continue;
            }
        }
        return false;
    }

    /** Whether a dotted lower-case name starts with a module's or the group's name, so that it means a package. */
    boolean looksLikePackage(String name) {
        return name.matches("[a-z]+(\\.[a-z]+)+")
                && (name.startsWith("io.fastmemory") || modules.contains(name.substring(0, name.indexOf('.'))));
    }

    /** Whether a package exists, with or without the group's name before it. */
    boolean hasPackage(String name) {
        return packages.contains(name) || packages.contains("io.fastmemory." + name);
    }
}
