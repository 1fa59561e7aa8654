package io.fastmemory.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.PojoTestUtils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every record that may be on an edge of the job or in its state. */
class StreamTypesTest {
    static Stream<Object> streamTypes() {
        return Samples.STREAM_TYPES.stream();
    }

    @ParameterizedTest
    @MethodSource("streamTypes")
    void isSerialisedAsPojoWithoutKryo(Object sample) {
        PojoTestUtils.assertSerializedAsPojoWithoutKryo(sample.getClass());
    }

    @ParameterizedTest
    @MethodSource("streamTypes")
    @SuppressWarnings("unchecked")
    void survivesARoundTrip(Object sample) throws IOException {
        TypeSerializer<Object> serializer = (TypeSerializer<Object>)
                TypeInformation.of(sample.getClass()).createSerializer(new SerializerConfigImpl());
        DataOutputSerializer out = new DataOutputSerializer(256);
        serializer.serialize(sample, out);

        Object read = serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));

        assertThat(read).isEqualTo(sample);
        assertThat(serializer.copy(sample)).isEqualTo(sample);
    }
}
