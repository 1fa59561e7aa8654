package io.fastmemory.datagen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Things that are planned to happen, told block by block in order of their offset; those of one offset in the order of
 * planning. A block is sorted once, when it is told.
 */
final class Timeline {
    private static final int ORDER_BITS = Integer.SIZE;

    /** Stands where a telling was, so that what it holds on to can go before the block is over. */
    private static final Telling TOLD = offsetMs -> {};

    private final int blockMillis;
    private final Map<Integer, Page> pages = new HashMap<>();
    private int lastBlock = -1;
    private Page last = new Page();

    Timeline(int blockMillis) {
        this.blockMillis = blockMillis;
    }

    /** What happens at a moment. */
    interface Telling {
        void tell(long offsetMs) throws IOException;
    }

    /** What is planned for one block; a key is the offset in the block, then the place in the order of planning. */
    private static final class Page {
        private final List<Telling> tellings = new ArrayList<>();
        private long[] keys = new long[16];

        void add(long offsetInBlock, Telling telling) {
            int order = tellings.size();
            if (order == keys.length) {
                keys = Arrays.copyOf(keys, 2 * order);
            }
            keys[order] = offsetInBlock << ORDER_BITS | order;
            tellings.add(telling);
        }
    }

    /** Plans {@code telling} for an offset whose block is not told yet. */
    void at(long offsetMs, Telling telling) {
        int block = (int) (offsetMs / blockMillis);
        if (block != lastBlock) {
            last = pages.computeIfAbsent(block, number -> new Page());
            lastBlock = block;
        }
        last.add(offsetMs % blockMillis, telling);
    }

    /** Tells everything planned for {@code block}, which is over then. */
    void tell(int block) throws IOException {
        Page page = pages.remove(block);
        lastBlock = -1;
        if (page == null) {
            return;
        }
        Arrays.sort(page.keys, 0, page.tellings.size());
        for (int i = 0; i < page.tellings.size(); i++) {
            long key = page.keys[i];
            long offsetMs = (long) block * blockMillis + (key >>> ORDER_BITS);
            page.tellings.set((int) key, TOLD).tell(offsetMs);
        }
    }
}
