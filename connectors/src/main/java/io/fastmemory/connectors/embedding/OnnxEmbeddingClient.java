package io.fastmemory.connectors.embedding;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sentence embeddings computed in this process: all-MiniLM-L6-v2, quantised, 384 components.
 *
 * <p>The model and its threads are shared by all instances of a JVM and loaded by the first request. A text longer than
 * the model's window is embedded piece by piece and averaged, up to {@link #MAX_CHARACTERS}.
 *
 * @see <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">the model</a>
 */
public final class OnnxEmbeddingClient implements EmbeddingClient {
    /** What is behind it in a text has no influence on its vector. */
    public static final int MAX_CHARACTERS = 16_384;

    private static final int DIMENSION = 384;
    /** Stands for a text without any word, which the model would not take. */
    private static final String NO_WORDS = ".";

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        List<CompletableFuture<float[]>> vectors = texts.stream()
                .map(text -> CompletableFuture.supplyAsync(() -> Shared.vectorOf(text), Shared.THREADS))
                .toList();
        return CompletableFuture.allOf(vectors.toArray(CompletableFuture[]::new))
                .thenApply(done -> vectors.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public int dimension() {
        return DIMENSION;
    }

    @Override
    public String model() {
        return "all-minilm-l6-v2-q";
    }

    /** Does nothing: the model stays for the other instances. */
    @Override
    public void close() {}

    /** What all instances share. */
    private static final class Shared {
        static final ExecutorService THREADS =
                Executors.newFixedThreadPool(Math.min(4, Runtime.getRuntime().availableProcessors()), daemonThreads());

        static float[] vectorOf(String text) {
            String begin = text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS);
            TextSegment segment = TextSegment.from(begin.isBlank() ? NO_WORDS : begin);
            return UnitVector.of(
                    Loaded.MODEL.embedAll(List.of(segment)).content().get(0).vector());
        }

        private static ThreadFactory daemonThreads() {
            AtomicInteger number = new AtomicInteger();
            return task -> {
                Thread thread = new Thread(task, "onnx-embedding-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            };
        }
    }

    /** Holds the model, so that loading it happens on an embedding thread. */
    private static final class Loaded {
        /** One segment a call is computed on the calling thread, so the executor given here stays idle. */
        static final AllMiniLmL6V2QuantizedEmbeddingModel MODEL =
                new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
    }
}
