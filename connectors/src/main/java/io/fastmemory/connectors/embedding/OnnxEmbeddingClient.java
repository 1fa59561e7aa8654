package io.fastmemory.connectors.embedding;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

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

    /** About 250 tokens, what the model was made for; its tokenizer drops what is behind 512. */
    private static final int PIECE_CHARACTERS = 1_000;

    private static final String MODEL_NAME = "all-minilm-l6-v2-q";
    private static final int DIMENSION = 384;
    /** What the tokenizer makes at least one token of; of blanks, controls and bare accents it makes none. */
    private static final Pattern VISIBLE = Pattern.compile("[\\p{L}\\p{N}\\p{P}\\p{S}]");
    /** Halves of surrogate pairs, which the tokenizer cannot read. */
    private static final Pattern HALF_PAIRS = Pattern.compile("\\p{Cs}");
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
        return MODEL_NAME;
    }

    /** Does nothing: the model stays for the other instances. */
    @Override
    public void close() {}

    /** What all instances share. */
    private static final class Shared {
        static final ExecutorService THREADS =
                Executors.newFixedThreadPool(Math.min(4, Runtime.getRuntime().availableProcessors()), daemonThreads());

        /** The mean of the pieces' vectors, each weighted by its length. */
        static float[] vectorOf(String text) {
            float[] sum = new float[DIMENSION];
            for (String piece : pieces(text)) {
                float[] vector = Model.SHARED
                        .embedAll(List.of(TextSegment.from(piece)))
                        .content()
                        .get(0)
                        .vector();
                for (int i = 0; i < DIMENSION; i++) {
                    sum[i] += piece.length() * vector[i];
                }
            }
            return UnitVector.of(sum);
        }

        /** The text up to its limit in pieces that end between words where they can, all visible, at least one. */
        private static List<String> pieces(String text) {
            List<String> pieces = new ArrayList<>();
            int end = Math.min(text.length(), MAX_CHARACTERS);
            for (int from = 0; from < end; ) {
                int to = Math.min(end, from + PIECE_CHARACTERS);
                int blank = to < end ? text.lastIndexOf(' ', to) : -1;
                to = blank > from
                        ? blank
                        : Character.isHighSurrogate(text.charAt(to - 1)) && to - 1 > from ? to - 1 : to;
                String piece = text.substring(from, to);
                if (VISIBLE.matcher(piece).find()) {
                    pieces.add(HALF_PAIRS.matcher(piece).replaceAll(" "));
                }
                from = to;
            }
            return pieces.isEmpty() ? List.of(NO_WORDS) : pieces;
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

    /**
     * The model, computing one text on one thread: texts run side by side instead, which does not leave the runtime's
     * own threads spinning between two texts.
     */
    private static final class Model extends AbstractInProcessEmbeddingModel {
        /** Made when it is first used, so that loading it happens on an embedding thread. */
        static final Model SHARED = new Model();

        private final OnnxBertBiEncoder encoder = load();

        private Model() {
            super(Runnable::run);
        }

        @Override
        protected OnnxBertBiEncoder model() {
            return encoder;
        }

        @Override
        protected Integer knownDimension() {
            return DIMENSION;
        }

        private static OnnxBertBiEncoder load() {
            try (InputStream weights = resource(".onnx");
                    InputStream tokenizer = wholeTextTokenizer();
                    OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(weights.readAllBytes(), options);
                return new OnnxBertBiEncoder(environment, session, tokenizer, PoolingMode.MEAN);
            } catch (IOException | OrtException e) {
                throw new IllegalStateException("the embedding model cannot be loaded: " + MODEL_NAME, e);
            }
        }

        /** The model's tokenizer without its cut after 128 tokens and its padding up to them. */
        private static InputStream wholeTextTokenizer() throws IOException {
            ObjectMapper json = new ObjectMapper();
            try (InputStream shipped = resource("-tokenizer.json")) {
                ObjectNode tokenizer = (ObjectNode) json.readTree(shipped);
                tokenizer.putNull("truncation").putNull("padding");
                return new ByteArrayInputStream(json.writeValueAsBytes(tokenizer));
            }
        }

        private static InputStream resource(String suffix) throws IOException {
            String name = MODEL_NAME + suffix;
            InputStream stream = AllMiniLmL6V2QuantizedEmbeddingModel.class.getResourceAsStream("/" + name);
            if (stream == null) {
                throw new FileNotFoundException("expected a resource of the model's jar: " + name);
            }
            return stream;
        }
    }
}
