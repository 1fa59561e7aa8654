package io.fastmemory.connectors.index;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Map;

/** Size of vector metadata as the service counts it: the bytes of its compact JSON text in UTF-8. */
public final class MetadataSize {
    private MetadataSize() {}

    /** Bytes of the whole metadata object. */
    public static int bytes(Struct metadata) {
        int bytes = 2 + Math.max(0, metadata.getFieldsCount() - 1);
        for (Map.Entry<String, Value> field : metadata.getFieldsMap().entrySet()) {
            bytes += bytes(field.getKey()) + 1 + bytes(field.getValue());
        }
        return bytes;
    }

    /** Bytes of one value. */
    public static int bytes(Value value) {
        switch (value.getKindCase()) {
            case STRING_VALUE:
                return bytes(value.getStringValue());
            case NUMBER_VALUE:
                return Double.toString(value.getNumberValue()).length();
            case BOOL_VALUE:
                return value.getBoolValue() ? 4 : 5;
            case LIST_VALUE:
                int bytes = 2 + Math.max(0, value.getListValue().getValuesCount() - 1);
                for (Value element : value.getListValue().getValuesList()) {
                    bytes += bytes(element);
                }
                return bytes;
            case STRUCT_VALUE:
                return bytes(value.getStructValue());
            default:
                return 4;
        }
    }

    /** Bytes of a JSON string, quotes and escapes included. */
    public static int bytes(String text) {
        int bytes = 2;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            bytes += bytes(codePoint);
            i += Character.charCount(codePoint);
        }
        return bytes;
    }

    /** Bytes of one character inside a JSON string. */
    public static int bytes(int codePoint) {
        if (codePoint < 0x20) {
            return 6;
        }
        if (codePoint < 0x80) {
            return codePoint == '"' || codePoint == '\\' ? 2 : 1;
        }
        if (codePoint < 0x800) {
            return 2;
        }
        return codePoint < 0x10000 ? 3 : 4;
    }
}
