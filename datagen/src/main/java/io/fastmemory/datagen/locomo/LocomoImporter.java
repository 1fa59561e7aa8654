package io.fastmemory.datagen.locomo;

import io.fastmemory.datagen.DatasetWriter;
import io.fastmemory.datagen.imports.ImportException;
import io.fastmemory.datagen.imports.ImportReport;
import io.fastmemory.datagen.imports.JsonAt;
import io.fastmemory.model.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns LoCoMo conversations into a dataset: a conversation is an event stream, its questions come while it goes on.
 *
 * <p><b>Events.</b> A turn is an event of the entity named like its conversation; the text keeps speaker and photo
 * captions. Conversations run side by side unless staggered.
 *
 * <p><b>Queries.</b> A question comes in the pause after a session, no earlier than the session of its last evidence and,
 * as long as there is one, before a later session. Questions with an even place in the file come at the first such pause,
 * the others are spread over all of them by their place. Ids are given in order of arrival.
 *
 * <p><b>Gold.</b> Each question has one ask without an attribute, so that the answer is free text; the subject is the one
 * speaker the question names, else the question. Where any one turn supports the answer (single-hop, temporal,
 * open-domain), one required entry lists all of them; a multi-hop question needs its turns together and so has one
 * required entry for each, all with the same ask and the same value. An adversarial question asks to abstain. A turn is a
 * useful fact if it is evidence for a question that has an answer, with the answers as its facts; else it is noise.
 *
 * @see <a href="https://github.com/snap-research/locomo">the LoCoMo dataset and its file format</a>
 */
public final class LocomoImporter {
    /** Name and version of this importer; a change of the bytes it writes changes the version. */
    public static final String VERSION = "locomo-importer 1";

    private final LocomoOptions options;

    /** An importer that lays conversations out as {@code options} say. */
    public LocomoImporter(LocomoOptions options) {
        this.options = options;
    }

    /**
     * Imports {@code file} into {@code folder}, replacing a dataset that is there.
     *
     * @param auditFile corrections to apply, or {@code null}
     * @throws ImportException if a file is not of the expected form
     * @throws java.nio.file.FileAlreadyExistsException if the folder holds other files and the options do not force it
     */
    public ImportReport importTo(Path file, @Nullable Path auditFile, Path folder) throws IOException {
        List<Conversation> conversations = read(file);
        Audit audit = auditFile == null ? Audit.none() : Audit.read(JsonAt.read(auditFile));
        ImportRun run = new ImportRun(options, audit);
        for (int i = 0; i < conversations.size(); i++) {
            run.add(conversations.get(i), options.stagger().toMillis() * i);
        }
        Instant epoch = conversations.stream()
                .map(conversation -> conversation.sessions().get(0).date())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        try (DatasetWriter writer = DatasetWriter.open(folder, options.force())) {
            run.writeTo(writer);
            Dataset dataset = writer.finish("locomo", "locomo", null, epoch, VERSION, run.counts());
            return new ImportReport(dataset, run.findings());
        }
    }

    private static List<Conversation> read(Path file) throws IOException {
        JsonAt root = JsonAt.read(file);
        List<Conversation> conversations = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonAt sample : root.elements()) {
            Conversation conversation = Conversation.read(sample);
            if (!ids.add(conversation.sampleId())) {
                throw sample.field("sample_id").wrong("an id no other conversation has");
            }
            conversations.add(conversation);
        }
        if (conversations.isEmpty()) {
            throw root.wrong("at least one conversation");
        }
        return conversations;
    }
}
