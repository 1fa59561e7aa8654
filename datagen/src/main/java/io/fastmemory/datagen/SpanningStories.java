package io.fastmemory.datagen;

import io.fastmemory.datagen.grammar.Attribute;
import io.fastmemory.datagen.grammar.Relay;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.Value;
import io.fastmemory.datagen.grammar.Wording;
import io.fastmemory.model.Ask;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans stories whose ends are far apart, at the distances of the configuration in turn: two statements that one query needs
 * together, and facts that are asked for long after they were told. Without distances they stay inside the block.
 */
final class SpanningStories {
    private final Block block;
    private final GeneratorConfig config;
    private final Cast cast;
    private final SplitMix64 random;

    SpanningStories(Block block) {
        this.block = block;
        this.config = block.config;
        this.cast = block.cast;
        this.random = block.random;
    }

    /** When the two statements and the query of a relay come. */
    private record Times(long early, long late, boolean relationFirst, long asked) {}

    void planRelay(int index) {
        EntityWorld far = config.distancesMillis().isEmpty() ? null : cast.withRoomToRelay(1);
        EntityWorld entity = far == null ? cast.withRoom(2) : far;
        Subject start = entity.takeRelayStart(random);
        Subject bridge = entity.takeRelayBridge(random);
        Times times =
                far == null ? near() : far(far, block.number * config.mix().relays() + index);
        if (times == null && !cast.hasRoom(entity, block.number, 1)) {
            return; // its query goes to another story
        }
        if (times == null) {
            entity.addStatements(block.number, 1, block.number);
            times = near();
        } else if (far != null) {
            far.addStatements(block.blockOf(times.late()), 1, block.number);
        }
        plan(entity, start, bridge, times, "g-" + block.number + "-" + index);
    }

    private Times near() {
        long early = block.at(0, 200);
        long late = block.at(500, 750);
        return new Times(early, late, random.chance(50), late + block.span(30, 200));
    }

    private @Nullable Times far(EntityWorld entity, int turn) {
        long early = block.at(0, 900);
        int wait = block.span(30, 200);
        boolean relationFirst = random.chance(50);
        for (int step = 0; step < config.distancesMillis().size(); step++) {
            long late = early + distance(turn, step);
            if (fits(late) && fits(late + wait) && cast.hasRoom(entity, block.blockOf(late), 1)) {
                return new Times(early, late, relationFirst, late + wait);
            }
        }
        return null;
    }

    private void plan(EntityWorld entity, Subject start, Subject bridge, Times times, String group) {
        Relay relay = entity.domain().relay();
        Story relation = part(entity, start, relay.relation(), group);
        Story detail = part(entity, bridge, relay.detail(), group);
        Value bridgeValue = new Value(bridge.name(), List.of(bridge.inText()), null, List.of(bridge.inText()));
        block.event(
                times.relationFirst() ? times.early() : times.late(),
                (teller, offset) -> relation.begin(teller, offset, bridgeValue));
        block.event(
                times.relationFirst() ? times.late() : times.early(),
                (teller, offset) -> detail.begin(teller, offset, null));
        List<Ask> asks = List.of(
                new Ask("a1", start.name(), relay.relation().name()),
                new Ask("a2", relay.bridgeByRole().about(start), relay.detail().name()));
        entity.openStories++;
        block.query(times.asked(), offset -> {
            entity.openStories--;
            block.narrator.query(
                    entity,
                    block.anySession(entity, offset),
                    offset,
                    () -> Wording.question(random, start, relay.questions()),
                    new ArrayList<>(1),
                    asks,
                    null,
                    "evidence",
                    List.of(relation.required("a1"), detail.required("a2")),
                    List.of());
        });
    }

    private static Story part(EntityWorld entity, Subject subject, Attribute attribute, String group) {
        return new Story(entity, subject, attribute, EventCategory.EVIDENCE_PART, Scope.USER, group);
    }

    /** A fact asked for after a third of a distance and after all of it; a third of them changes in between. */
    void planLasting(int index) {
        EntityWorld entity = cast.withRoomToSpan(1);
        if (entity == null) {
            return;
        }
        long begin = block.at(0, 900);
        int turn = block.number * config.mix().lasting() + index;
        boolean updated = turn % 3 == 2;
        for (int step = 0; step < config.distancesMillis().size(); step++) {
            int distance = distance(turn, step);
            long changed = begin + distance * 2L / 3;
            boolean room = !updated || (fits(changed) && cast.hasRoom(entity, block.blockOf(changed), 1));
            if (room && fits(begin + distance / 3) && fits(begin + distance)) {
                planLasting(entity, begin, distance, updated ? changed : 0);
                return;
            }
        }
    }

    private void planLasting(EntityWorld entity, long begin, int distance, long changed) {
        Story story = block.begin(entity, EventCategory.USEFUL_FACT, begin);
        block.ask(begin + distance / 3, story, "lasting", null);
        if (changed > 0) {
            entity.addStatements(block.blockOf(changed), 1, block.number);
            block.event(changed, story::update);
        }
        entity.openStories++;
        Timeline.Telling last = block.asking(story, "lasting", null);
        block.query(begin + distance, offset -> {
            entity.openStories--;
            last.tell(offset);
        });
    }

    /** The distance whose turn it is, or one that is {@code shorter} rungs shorter, the longest after the shortest. */
    private int distance(int turn, int shorter) {
        int rungs = config.distancesMillis().size();
        return config.distancesMillis().get(Math.floorMod(turn - shorter, rungs));
    }

    private boolean fits(long offsetMs) {
        return block.blockOf(offsetMs) == block.number ? block.hasRoom(3, 3) : block.takesFromAfar(offsetMs);
    }
}
