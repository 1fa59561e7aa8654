package io.fastmemory.job.reader;

import io.fastmemory.job.source.GoldLabels;
import io.fastmemory.model.Answer;
import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.Query;
import io.fastmemory.model.rollout.QueryLine.Hit;
import io.fastmemory.model.scoring.OracleReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The reader that knows gold: a bound, so that memory can be judged apart from the reading of it. */
public final class GoldReader implements Reader {
    private final GoldLabels gold;

    public GoldReader(GoldLabels gold) {
        this.gold = gold;
    }

    @Override
    public CompletableFuture<ReaderOutcome> answer(Query query, List<Hit> hits) {
        GoldQuery label = gold.query(query.queryId());
        Answer answer = label == null
                ? Answer.abstention("the query has no label")
                : OracleReader.answer(query.asks(), label, hits);
        return CompletableFuture.completedFuture(ReaderOutcome.of(answer));
    }

    @Override
    public void close() {}
}
