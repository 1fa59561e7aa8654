package io.fastmemory.job.source;

import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.impl.StreamFormatAdapter;
import org.apache.flink.connector.file.src.reader.BulkFormat;

/** Reads many files like {@link NumberedLineFormat} reads one, each line under the name of its own file. */
public final class NumberedFilesFormat implements BulkFormat<InputLine, FileSourceSplit> {
    private static final long serialVersionUID = 1L;

    @Override
    public Reader<InputLine> createReader(Configuration config, FileSourceSplit split) throws IOException {
        return linesOf(split).createReader(config, split);
    }

    @Override
    public Reader<InputLine> restoreReader(Configuration config, FileSourceSplit split) throws IOException {
        return linesOf(split).restoreReader(config, split);
    }

    private static StreamFormatAdapter<InputLine> linesOf(FileSourceSplit split) {
        return new StreamFormatAdapter<>(new NumberedLineFormat(split.path().getName()));
    }

    @Override
    public boolean isSplittable() {
        return false;
    }

    @Override
    public TypeInformation<InputLine> getProducedType() {
        return Types.POJO(InputLine.class);
    }
}
