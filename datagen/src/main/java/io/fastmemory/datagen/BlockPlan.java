package io.fastmemory.datagen;

import io.fastmemory.datagen.GeneratorConfig.Mix;
import io.fastmemory.datagen.TopicSpace.Topic;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.Wording;
import io.fastmemory.model.Ask;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Plans what happens in one block of the timeline: stories with their queries first, then facts nobody asks for, then noise
 * up to the number of events. Times are drawn in permille of the block; the ranges keep every query after what it asks for
 * and before the next change of it.
 */
final class BlockPlan {
    private static final long URGENT_DEADLINE_MILLIS = 4_000;
    private static final int LEAK_PERCENT = 60;
    private static final int LONGEST_URGENT_WAIT_MILLIS = 2_900;
    private static final int MOST_OF_A_PLAIN_STORY = 3;

    private final Block block;
    private final GeneratorConfig config;
    private final Cast cast;
    private final SplitMix64 random;
    private final List<Burst> bursts = new ArrayList<>();

    BlockPlan(Block block) {
        this.block = block;
        this.config = block.config;
        this.cast = block.cast;
        this.random = block.random;
    }

    void plan() {
        cast.enter(block.number);
        Mix mix = config.mix();
        for (int i = 0; i < mix.bursts(); i++) {
            boolean hottest = i % 4 * 25 < config.pressure().burstsOnHottestPercent();
            bursts.add(new Burst(hottest ? cast.ranked(0) : cast.any(), block.at(50, 900)));
        }
        for (int i = 0; i < mix.chains() && block.hasRoom(5, 2); i++) {
            planChain(i);
        }
        for (int i = 0; i < mix.ladders() && block.hasRoom(2, rungs()); i++) {
            planLadder(i % 3 == 2);
        }
        for (int i = 0; i < mix.corrections() && block.hasRoom(3, 1); i++) {
            planCorrection(i % 3 == 0);
        }
        for (int i = 0; i < mix.urgents() && block.hasRoom(1, 2); i++) {
            planUrgent();
        }
        SpanningStories spanning = new SpanningStories(block);
        for (int i = 0; i < mix.relays() && block.hasRoom(2, 1); i++) {
            spanning.planRelay(i);
        }
        for (int i = 0; i < mix.lasting() && block.hasRoom(2, 2); i++) {
            spanning.planLasting(i);
        }
        planPlain(mix);
        while (block.queriesLeft() > 0) {
            planAbstain();
        }
        planUnasked();
        new Noise(block, bursts).plan();
    }

    /** Facts told once, which take all queries but those that have no answer. */
    private void planPlain(Mix mix) {
        int queries = block.queriesLeft() - Math.min(mix.abstains(), block.queriesLeft());
        int room = block.eventsLeft() / MOST_OF_A_PLAIN_STORY;
        int stories = Math.min(Math.max(mix.plain(), queries > 0 ? 1 : 0), room);
        if (queries > 0 && stories == 0) {
            throw new IllegalArgumentException(
                    "events must leave room for what the queries ask for: found " + config.eventsIn(block.number)
                            + " events for " + config.queriesIn(block.number) + " queries of a block");
        }
        for (int i = 0; i < stories; i++) {
            planPlain(i, queries / stories + (i < queries % stories ? 1 : 0));
        }
    }

    private void planPlain(int index, int asked) {
        Burst burst = index % 4 == 0 ? burstWithRoom() : null;
        Cast.Told original = index % 4 == 3 ? cast.anyTold() : null;
        EntityWorld twin = original == null ? null : cast.twinWithRoom(original);
        long begin = burst == null ? block.at(0, 700) : burst.offsetMs() + random.nextInt(Burst.MILLIS);
        EntityWorld entity = burst != null ? burst.entity() : twin != null ? twin : cast.withRoom(1);
        Scope scope = index < 2 ? Scope.SESSION : Scope.USER;
        Topic topic =
                original != null && twin != null ? original.topic() : cast.topicFor(entity, Block.LOOK_ALIKE_PERCENT);
        Story story = block.begin(entity, topic, EventCategory.USEFUL_FACT, scope, begin);
        if (index % 3 != 1) {
            block.event(begin + block.span(20, 250), story::repeat);
        }
        if (index % 3 != 0) {
            block.event(begin + block.span(10, 250), story::paraphrase);
        }
        for (int i = 0; i < asked; i++) {
            block.ask(begin + block.span(20, 280), story, "fact", block.anyDeadline());
        }
    }

    private void planLadder(boolean updated) {
        long begin = block.at(0, updated ? 50 : 150);
        Story story = block.begin(cast.withRoom(updated ? 2 : 1), EventCategory.USEFUL_FACT, begin);
        long from = begin;
        if (updated) {
            from = begin + block.span(50, 120);
            block.event(from, story::update);
        }
        for (int age : config.ladderAgesMillis()) {
            if (age <= block.permille(700)) {
                block.ask(from + age, story, "ladder", null);
            }
        }
    }

    private int rungs() {
        return (int) config.ladderAgesMillis().stream()
                .filter(age -> age <= block.permille(700))
                .count();
    }

    private void planChain(int index) {
        long time = block.at(0, 150);
        Story story = block.begin(cast.withRoom(4), EventCategory.USEFUL_FACT, time);
        for (int step = 0; step < 3; step++) {
            time += block.span(120, 200);
            block.event(time, story::update);
            if (step == 2 || step == index % 2) {
                block.ask(time + block.span(20, 100), story, "update", block.anyDeadline());
            }
            if (step == index % 3) {
                block.event(time + block.span(10, 110), story::paraphrase);
            }
        }
    }

    private void planCorrection(boolean repeated) {
        long begin = block.at(0, 500);
        Story story = block.begin(cast.withRoom(2), EventCategory.USEFUL_FACT, begin);
        if (repeated) {
            block.event(begin + block.span(20, 40), story::repeat);
        }
        long corrected = begin + block.span(50, 250);
        block.event(corrected, story::correct);
        block.ask(corrected + block.span(30, 200), story, "correction", block.anyDeadline());
    }

    private void planUrgent() {
        int latest = (int) (1000L * (config.blockMillis() - LONGEST_URGENT_WAIT_MILLIS - 1) / config.blockMillis());
        long begin = block.at(100, Math.min(900, latest));
        Story story = block.begin(cast.withRoom(1), EventCategory.URGENT_FACT, begin);
        block.ask(begin + random.between(700, 1_500), story, "urgent", URGENT_DEADLINE_MILLIS);
        block.ask(begin + random.between(2_000, LONGEST_URGENT_WAIT_MILLIS), story, "urgent", URGENT_DEADLINE_MILLIS);
    }

    private void planAbstain() {
        EntityWorld entity = cast.any();
        Topic topic = cast.topicFor(entity, LEAK_PERCENT);
        Subject subject = topic.subject();
        if (block.eventsLeft() > 0) {
            Noise.plan(block, block.at(0, 250), entity, () -> Wording.mention(random, subject, topic.attribute()));
        }
        Ask ask = new Ask("a1", subject.name(), topic.attribute().name());
        block.query(
                block.at(300, 980),
                offset -> block.narrator.query(
                        entity,
                        block.anySession(entity, offset),
                        offset,
                        () -> Wording.question(
                                random, subject, topic.attribute().questions()),
                        new ArrayList<>(1),
                        List.of(ask),
                        block.anyDeadline(),
                        "abstain",
                        List.of(),
                        List.of()));
    }

    /** Facts nobody will ask for, some of them repeated or changed: who keeps them all runs out of room. */
    private void planUnasked() {
        int events = config.eventsIn(block.number);
        int noise = events * config.pressure().noisePercent() / 100;
        for (int i = 0; block.eventsLeft() > Math.max(noise, 1); i++) {
            long begin = block.at(0, 800);
            Story story = block.begin(cast.any(), EventCategory.USEFUL_FACT, begin);
            switch (i % 6) {
                case 1 -> block.event(begin + block.span(10, 150), story::repeat);
                case 2 -> block.event(begin + block.span(10, 150), story::paraphrase);
                case 3 -> block.event(begin + block.span(20, 180), story::update);
                case 4 -> block.event(begin + block.span(20, 180), story::correct);
                default -> {}
            }
        }
    }

    /** A burst early enough for a story, whose entity gets one more statement, or {@code null} if there is none. */
    private @Nullable Burst burstWithRoom() {
        for (Burst burst : bursts) {
            if (burst.offsetMs() <= block.start + block.permille(700)
                    && cast.hasRoom(burst.entity(), block.number, 1)) {
                burst.entity().addStatements(block.number, 1, block.number);
                return burst;
            }
        }
        return null;
    }
}
