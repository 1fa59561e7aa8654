package io.fastmemory.model.scoring;

import io.fastmemory.model.GoldQuery;
import io.fastmemory.model.rollout.QueryLine;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How near the top the evidence of a query stands among its hits. */
public final class Ranking {
    private Ranking() {}

    /**
     * Normalised discounted cumulative gain of evidence at {@code k}. The gain of a hit is the number of required facts whose
     * evidence is among its sources and not among those of an earlier hit, its discount 1 ÷ log₂(1 + rank). The ideal is
     * one fact at each rank from the first; memory that holds several facts in one hit may exceed it, and counts as 1.
     *
     * @param hits best first; of them only the sources are looked at
     * @return from 0 to 1, or {@code null} where nothing is required
     * @see <a href="https://doi.org/10.1145/582415.582418">Järvelin and Kekäläinen, Cumulated Gain-Based Evaluation of IR
     *     Techniques, ACM TOIS 20 (2002), 422–446</a>
     */
    public static @Nullable Double ndcg(GoldQuery gold, List<QueryLine.Hit> hits, int k) {
        List<GoldQuery.Required> required = gold.required();
        if (required.isEmpty()) {
            return null;
        }
        double gained = 0;
        double ideal = 0;
        for (int i = 0; i < required.size(); i++) {
            int rank = rank(required.get(i).evidence(), hits);
            gained += rank > 0 && rank <= k ? discount(rank) : 0;
            ideal += i < k ? discount(i + 1) : 0;
        }
        return Math.min(1, gained / ideal);
    }

    /** Rank of the first hit that rests on the evidence, from 1, or 0 if none does. */
    private static int rank(List<String> evidence, List<QueryLine.Hit> hits) {
        for (int i = 0; i < hits.size(); i++) {
            if (!Collections.disjoint(hits.get(i).sourceEventIds(), evidence)) {
                return i + 1;
            }
        }
        return 0;
    }

    private static double discount(int rank) {
        return StrictMath.log(2) / StrictMath.log(1.0 + rank);
    }
}
