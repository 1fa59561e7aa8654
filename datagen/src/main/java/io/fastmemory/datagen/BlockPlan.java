package io.fastmemory.datagen;

import io.fastmemory.datagen.EntityWorld.Topic;
import io.fastmemory.datagen.grammar.Attribute;
import io.fastmemory.datagen.grammar.Relay;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Subject;
import io.fastmemory.datagen.grammar.Value;
import io.fastmemory.datagen.grammar.Wording;
import io.fastmemory.model.Ask;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Scope;
import io.fastmemory.model.Urgency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Plans what happens in one block of the timeline: stories with their queries first, then noise up to the number of
 * events. Times are drawn in permille of the block; the ranges keep every query inside the block, after what it asks
 * for and before the next change of it.
 */
final class BlockPlan {
    private static final long URGENT_DEADLINE_MILLIS = 4_000;
    private static final int BURST_MILLIS = 250;
    private static final int LOOK_ALIKE_PERCENT = 40;
    private static final int LEAK_PERCENT = 60;
    private static final int NOISE_IN_BURST_PERCENT = 52;
    private static final int LONGEST_URGENT_WAIT_MILLIS = 2_900;

    private final GeneratorConfig config;
    private final int block;
    private final List<EntityWorld> entities;
    private final ZipfLaw zipf;
    private final SplitMix64 random;
    private final Narrator narrator;
    private final Timeline timeline;
    private final long start;
    /** The last millisecond of the block. */
    private final long end;

    private final List<Told> told = new ArrayList<>();
    private final List<Burst> bursts = new ArrayList<>();
    private int events;
    private int queries;

    /** A story of this block, with its topic and when it begins. */
    private record Told(Story story, Topic topic, long beginMs) {}

    private record Burst(EntityWorld entity, long offsetMs) {}

    BlockPlan(
            GeneratorConfig config,
            int block,
            List<EntityWorld> entities,
            SplitMix64 random,
            Narrator narrator,
            Timeline timeline) {
        this.config = config;
        this.block = block;
        this.entities = entities;
        this.zipf = new ZipfLaw(entities.size(), config.noiseZipfPercent());
        this.random = random;
        this.narrator = narrator;
        this.timeline = timeline;
        this.start = (long) block * config.blockMillis();
        this.end = start + config.blockMillis() - 1;
    }

    void plan() {
        entities.forEach(entity -> entity.factsInBlock = 0);
        GeneratorConfig.Mix mix = config.mix();
        for (int i = 0; i < mix.bursts(); i++) {
            bursts.add(new Burst(i % 4 != 3 ? entities.get(0) : anyEntity(), at(50, 900)));
        }
        for (int i = 0; i < mix.chains(); i++) {
            planChain(i);
        }
        for (int i = 0; i < mix.ladders(); i++) {
            planLadder(i % 3 == 2);
        }
        for (int i = 0; i < mix.corrections(); i++) {
            planCorrection(i % 3 == 0);
        }
        for (int i = 0; i < mix.urgents(); i++) {
            planUrgent();
        }
        for (int i = 0; i < mix.relays(); i++) {
            planRelay(i);
        }
        int plainQueries = config.queriesPerBlock() - queries - mix.abstains();
        requireRoom("queriesPerBlock", plainQueries);
        for (int i = 0; i < mix.plain(); i++) {
            planPlain(i, plainQueries / mix.plain() + (i < plainQueries % mix.plain() ? 1 : 0));
        }
        for (int i = 0; i < mix.abstains(); i++) {
            planAbstain();
        }
        planNoise();
    }

    private void planPlain(int index, int asked) {
        Burst burst = index % 4 == 0 ? burstWithRoom() : null;
        Told original = index % 4 == 3 ? random.pick(told) : null;
        EntityWorld twin = original == null ? null : twinWithRoom(original);
        long begin = burst == null ? at(0, 700) : burst.offsetMs() + random.nextInt(BURST_MILLIS);
        EntityWorld entity = burst != null ? burst.entity() : twin != null ? twin : entityWithRoom(1);
        Scope scope = index < 2 ? Scope.SESSION : Scope.USER;
        Topic topic = original != null && twin != null ? original.topic() : topicFor(entity, LOOK_ALIKE_PERCENT);
        Story story = begin(entity, topic, EventCategory.USEFUL_FACT, scope, begin);
        if (index % 3 != 1) {
            event(begin + span(20, 250), story::repeat);
        }
        if (index % 3 != 0) {
            event(begin + span(10, 250), story::paraphrase);
        }
        for (int i = 0; i < asked; i++) {
            ask(begin + span(20, 280), story, "fact", anyDeadline());
        }
    }

    private void planLadder(boolean updated) {
        long begin = at(0, updated ? 50 : 150);
        Story story = begin(entityWithRoom(updated ? 2 : 1), EventCategory.USEFUL_FACT, begin);
        long from = begin;
        if (updated) {
            from = begin + span(50, 120);
            event(from, story::update);
        }
        for (int age : config.ladderAgesMillis()) {
            if (age <= permille(700)) {
                ask(from + age, story, "ladder", null);
            }
        }
    }

    private void planChain(int index) {
        long time = at(0, 150);
        Story story = begin(entityWithRoom(4), EventCategory.USEFUL_FACT, time);
        for (int step = 0; step < 3; step++) {
            time += span(120, 200);
            event(time, story::update);
            if (step == 2 || step == index % 2) {
                ask(time + span(20, 100), story, "update", anyDeadline());
            }
            if (step == index % 3) {
                event(time + span(10, 110), story::paraphrase);
            }
        }
    }

    private void planCorrection(boolean repeated) {
        long begin = at(0, 500);
        Story story = begin(entityWithRoom(2), EventCategory.USEFUL_FACT, begin);
        if (repeated) {
            event(begin + span(20, 40), story::repeat);
        }
        long corrected = begin + span(50, 250);
        event(corrected, story::correct);
        ask(corrected + span(30, 200), story, "correction", anyDeadline());
    }

    private void planUrgent() {
        int latest = (int) (1000L * (config.blockMillis() - LONGEST_URGENT_WAIT_MILLIS - 1) / config.blockMillis());
        long begin = at(100, Math.min(900, latest));
        Story story = begin(entityWithRoom(1), EventCategory.URGENT_FACT, begin);
        ask(begin + random.between(700, 1_500), story, "urgent", URGENT_DEADLINE_MILLIS);
        ask(begin + random.between(2_000, LONGEST_URGENT_WAIT_MILLIS), story, "urgent", URGENT_DEADLINE_MILLIS);
    }

    private void planRelay(int index) {
        EntityWorld entity = entityWithRoom(2);
        Relay relay = entity.domain.relay();
        Subject startSubject = entity.takeRelayStart(random);
        Subject bridge = entity.takeRelayBridge(random);
        String group = "g-" + block + "-" + index;
        Story relation = part(entity, startSubject, relay.relation(), group);
        Story detail = part(entity, bridge, relay.detail(), group);
        Value bridgeValue = new Value(bridge.name(), List.of(bridge.inText()), null, List.of(bridge.inText()));
        long early = at(0, 200);
        long late = at(500, 750);
        boolean relationFirst = random.chance(50);
        event(relationFirst ? early : late, (teller, offset) -> relation.begin(teller, offset, bridgeValue));
        event(relationFirst ? late : early, (teller, offset) -> detail.begin(teller, offset, null));
        List<Ask> asks = List.of(
                new Ask("a1", startSubject.name(), relay.relation().name()),
                new Ask(
                        "a2",
                        relay.bridgeByRole().replace("{s}", startSubject.inText()),
                        relay.detail().name()));
        query(
                late + span(30, 200),
                offset -> narrator.query(
                        entity,
                        anySession(entity, offset),
                        offset,
                        () -> Wording.question(random, startSubject, relay.questions()),
                        asks,
                        null,
                        "evidence",
                        List.of(relation.required("a1"), detail.required("a2")),
                        List.of()));
    }

    private static Story part(EntityWorld entity, Subject subject, Attribute attribute, String group) {
        return new Story(entity, subject, attribute, EventCategory.EVIDENCE_PART, Scope.USER, group);
    }

    private void planAbstain() {
        EntityWorld entity = anyEntity();
        Topic topic = topicFor(entity, LEAK_PERCENT);
        Subject subject = topic.subject();
        chatterAt(at(0, 250), entity, () -> Wording.mention(random, subject, topic.attribute()));
        Ask ask = new Ask("a1", subject.name(), topic.attribute().name());
        query(
                at(300, 980),
                offset -> narrator.query(
                        entity,
                        anySession(entity, offset),
                        offset,
                        () -> Wording.question(
                                random, subject, topic.attribute().questions()),
                        List.of(ask),
                        anyDeadline(),
                        "abstain",
                        List.of(),
                        List.of()));
    }

    private void planNoise() {
        int noise = config.eventsPerBlock() - events;
        requireRoom("eventsPerBlock", noise);
        for (int i = 0; i < noise; i++) {
            if (i < Math.min(8, entities.size())) {
                chatter(entities.get((block * 8 + i) % entities.size()), at(0, 950));
            } else if (i % 10 == 0 && !told.isEmpty()) {
                Told other = random.pick(told);
                event(Math.min(other.beginMs() + span(20, 280), end), other.story()::floatAnother);
            } else if (i % 10 == 5 && !told.isEmpty()) {
                Told other = random.pick(told);
                Topic topic = other.topic();
                chatterAt(
                        at(0, 950),
                        other.story().entity,
                        () -> Wording.mention(random, topic.subject(), topic.attribute()));
            } else if (random.chance(NOISE_IN_BURST_PERCENT) && !bursts.isEmpty()) {
                Burst burst = random.pick(bursts);
                chatter(burst.entity(), burst.offsetMs() + random.nextInt(BURST_MILLIS));
            } else {
                chatter(anyEntity(), at(0, 980));
            }
        }
    }

    private void chatter(EntityWorld entity, long offsetMs) {
        boolean urgent = random.chance(5);
        Scope scope = random.chance(4) ? Scope.GLOBAL : Scope.USER;
        Urgency urgency = urgent ? Urgency.URGENT : Urgency.NORMAL;
        event(
                offsetMs,
                (teller, offset) -> teller.noise(
                        entity, scope, null, offset, Wording.chatter(random, entity.domain, urgent), urgency));
    }

    private void chatterAt(long offsetMs, EntityWorld entity, Supplier<String> text) {
        event(offsetMs, (teller, offset) -> teller.noise(entity, Scope.USER, null, offset, text.get(), Urgency.NORMAL));
    }

    private Story begin(EntityWorld entity, EventCategory first, long offsetMs) {
        return begin(entity, topicFor(entity, LOOK_ALIKE_PERCENT), first, Scope.USER, offsetMs);
    }

    private Story begin(EntityWorld entity, Topic topic, EventCategory first, Scope scope, long offsetMs) {
        Story story = new Story(entity, topic.subject(), topic.attribute(), first, scope, null);
        told.add(new Told(story, topic, offsetMs));
        event(offsetMs, (teller, offset) -> story.begin(teller, offset, null));
        return story;
    }

    private void ask(long offsetMs, Story story, String category, @Nullable Long deadlineMs) {
        Ask ask = new Ask("a1", story.subject.name(), story.attribute.name());
        query(offsetMs, offset -> {
            String session = story.requiredSession();
            narrator.query(
                    story.entity,
                    session == null ? anySession(story.entity, offset) : session,
                    offset,
                    () -> Wording.question(random, story.subject, story.attribute.questions()),
                    List.of(ask),
                    deadlineMs,
                    category,
                    List.of(story.required("a1")),
                    story.forbidden("a1"));
        });
    }

    /** Something that writes one event. */
    private interface EventTelling {
        void tell(Narrator narrator, long offsetMs) throws IOException;
    }

    private void event(long offsetMs, EventTelling telling) {
        events++;
        timeline.at(offsetMs, offset -> telling.tell(narrator, offset));
    }

    private void query(long offsetMs, Timeline.Telling telling) {
        queries++;
        timeline.at(offsetMs, telling);
    }

    /** A topic that is new for {@code entity}; with the given chance one which another entity of its domain has. */
    private Topic topicFor(EntityWorld entity, int sharedPercent) {
        if (random.chance(sharedPercent)) {
            List<Topic> others = told.stream()
                    .filter(other -> other.story().entity != entity && other.story().entity.domain == entity.domain)
                    .map(Told::topic)
                    .toList();
            for (int attempt = 0; attempt < 8 && !others.isEmpty(); attempt++) {
                Topic topic = random.pick(others);
                if (entity.take(topic)) {
                    return topic;
                }
            }
        }
        return entity.takeAny(random);
    }

    private EntityWorld anyEntity() {
        return entities.get(zipf.draw(random));
    }

    /** An entity, drawn by the Zipf law, which gets {@code facts} more statements in this block. */
    private EntityWorld entityWithRoom(int facts) {
        int drawn = zipf.draw(random);
        for (int step = 0; step < entities.size(); step++) {
            EntityWorld entity = entities.get((drawn + step) % entities.size());
            if (hasRoom(entity, facts)) {
                entity.factsInBlock += facts;
                return entity;
            }
        }
        throw new IllegalArgumentException("factsPerEntity must leave room for the mix: " + config.factsPerEntity());
    }

    /** A burst early enough for a story, whose entity gets one more statement, or {@code null} if there is none. */
    private @Nullable Burst burstWithRoom() {
        for (Burst burst : bursts) {
            if (burst.offsetMs() <= start + permille(700) && hasRoom(burst.entity(), 1)) {
                burst.entity().factsInBlock++;
                return burst;
            }
        }
        return null;
    }

    /** An entity of the same domain which takes the topic of {@code original}, or {@code null} if there is none. */
    private @Nullable EntityWorld twinWithRoom(Told original) {
        for (EntityWorld entity : entities) {
            if (entity.domain == original.story().entity.domain
                    && hasRoom(entity, 1)
                    && entity.take(original.topic())) {
                entity.factsInBlock++;
                return entity;
            }
        }
        return null;
    }

    private boolean hasRoom(EntityWorld entity, int facts) {
        return entity.factsInBlock + facts <= config.factsPerEntity();
    }

    private @Nullable String anySession(EntityWorld entity, long offsetMs) {
        return random.chance(30) ? Narrator.session(entity, offsetMs) : null;
    }

    private @Nullable Long anyDeadline() {
        return random.chance(25) ? (Long) (random.chance(50) ? 8_000L : 15_000L) : null;
    }

    private long at(int low, int high) {
        return start + random.between(permille(low), permille(high));
    }

    private int span(int low, int high) {
        return random.between(permille(low), permille(high));
    }

    private int permille(int share) {
        return (int) ((long) config.blockMillis() * share / 1000);
    }

    private void requireRoom(String field, int left) {
        if (left < 0) {
            throw new IllegalArgumentException(field + " must leave room for the mix: " + -left + " too few");
        }
    }
}
