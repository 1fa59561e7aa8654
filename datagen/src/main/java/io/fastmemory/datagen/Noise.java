package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Wording;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.util.List;
import java.util.function.Supplier;

/** Fills a block up with what asserts nothing: chatter, mentions of subjects, and values that were only talked about. */
final class Noise {
    private static final int FEWEST_GREETED = 8;

    private final Block block;
    private final List<Burst> bursts;
    private final SplitMix64 random;

    Noise(Block block, List<Burst> bursts) {
        this.block = block;
        this.bursts = bursts;
        this.random = block.random;
    }

    void plan() {
        int noise = block.eventsLeft();
        int greeted = greeted(noise);
        for (int i = 0; i < noise; i++) {
            if (i < greeted) {
                int rank = (int) (((long) block.number * greeted + i) % block.cast.size());
                chatter(block.cast.ranked(rank), block.at(0, 950));
            } else if (i % 10 == 0 || i % 10 == 5) {
                besideAStory(i % 10 == 0);
            } else if (random.chance(block.config.pressure().burstPercent()) && !bursts.isEmpty()) {
                Burst burst = random.pick(bursts);
                chatter(burst.entity(), burst.offsetMs() + random.nextInt(Burst.MILLIS));
            } else {
                chatter(block.cast.any(), block.at(0, 980));
            }
        }
    }

    /** How many entities, one after the other, are heard of in this block whatever the draw: so that all are in time. */
    private int greeted(int noise) {
        int blocks = block.config.blocks();
        int fair = (block.cast.size() + blocks - 1) / blocks;
        return Math.min(
                Math.max(Math.min(FEWEST_GREETED, block.cast.size()), fair), Math.max(FEWEST_GREETED, noise / 8));
    }

    private void besideAStory(boolean floats) {
        Cast.Told other = block.cast.anyTold();
        if (other == null) {
            chatter(block.cast.any(), block.at(0, 980));
        } else if (floats) {
            block.event(Math.min(other.beginMs() + block.span(20, 280), block.end), other.story()::floatAnother);
        } else {
            Story story = other.story();
            plan(block, block.at(0, 950), story.entity, () -> Wording.mention(random, story.subject, story.attribute));
        }
    }

    private void chatter(EntityWorld entity, long offsetMs) {
        boolean urgent = random.chance(5);
        Scope scope = random.chance(4) ? Scope.GLOBAL : Scope.USER;
        Urgency urgency = urgent ? Urgency.URGENT : Urgency.NORMAL;
        block.event(
                offsetMs,
                (teller, offset) -> teller.noise(
                        entity, scope, null, offset, Wording.chatter(random, entity.domain(), urgent), urgency));
    }

    /** Plans one event without worth. */
    static void plan(Block block, long offsetMs, EntityWorld entity, Supplier<String> text) {
        block.event(
                offsetMs,
                (teller, offset) -> teller.noise(entity, Scope.USER, null, offset, text.get(), Urgency.NORMAL));
    }
}
