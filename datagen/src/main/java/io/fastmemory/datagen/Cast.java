package io.fastmemory.datagen;

import io.fastmemory.datagen.TopicSpace.Topic;
import io.fastmemory.datagen.grammar.Domain;
import io.fastmemory.datagen.grammar.SplitMix64;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The entities of a stream, from the busiest to the quietest: finds one for a story, and a topic for it. */
final class Cast {
    private static final int TRIES_TO_SHARE = 8;
    /** Relays an entity may have from the start. */
    private static final int FEWEST_RELAYS_EACH = 3;
    /** How many times its even part of all relays it may have besides. */
    private static final int RELAYS_SPREAD = 2;

    private final GeneratorConfig config;
    private final SplitMix64 random;
    private final List<EntityWorld> entities;
    /** The same by domain, in the same order; only looked up. */
    private final Map<Domain, List<EntityWorld>> entitiesOf = new IdentityHashMap<>();

    private final ZipfLaw zipf;

    /** Stories begun in the block at hand. */
    private final List<Told> told = new ArrayList<>();
    /** The same by domain; only looked up. */
    private final Map<Domain, List<Told>> toldIn = new IdentityHashMap<>();

    private int block;
    private long relays;

    /** A story, with its topic and when it begins. */
    record Told(Story story, Topic topic, long beginMs) {}

    Cast(GeneratorConfig config, SplitMix64 random) {
        this.config = config;
        this.random = random;
        this.entities = shuffled(config, random);
        entities.forEach(entity -> entitiesOf
                .computeIfAbsent(entity.domain(), domain -> new ArrayList<>())
                .add(entity));
        this.zipf = new ZipfLaw(entities.size(), config.pressure().zipfPercent());
    }

    /** Ids and domains say nothing about how busy an entity is. */
    private static List<EntityWorld> shuffled(GeneratorConfig config, SplitMix64 random) {
        List<TopicSpace> spaces = config.wholeGrammar()
                ? Domain.all().stream()
                        .map(domain -> new TopicSpace(domain, domain.allKinds()))
                        .toList()
                : Domain.few().stream()
                        .map(domain -> new TopicSpace(domain, domain.kinds()))
                        .toList();
        List<EntityWorld> entities = new ArrayList<>();
        for (int i = 0; i < config.entities(); i++) {
            entities.add(new EntityWorld("u-" + (1001 + i), spaces.get(i % spaces.size())));
        }
        for (int i = entities.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            EntityWorld swapped = entities.get(i);
            entities.set(i, entities.get(other));
            entities.set(other, swapped);
        }
        return entities;
    }

    void enter(int newBlock) {
        block = newBlock;
        told.clear();
        toldIn.values().forEach(List::clear);
    }

    void add(Told story) {
        told.add(story);
        toldIn.computeIfAbsent(story.story().entity.domain(), domain -> new ArrayList<>())
                .add(story);
    }

    int size() {
        return entities.size();
    }

    /** The entity of a rank, 0 for the busiest. */
    EntityWorld ranked(int rank) {
        return entities.get(rank);
    }

    /** Any entity, drawn by the Zipf law. */
    EntityWorld any() {
        return entities.get(zipf.draw(random));
    }

    /** Any story begun in this block, or {@code null} if there is none. */
    @Nullable
    Told anyTold() {
        return told.isEmpty() ? null : random.pick(told);
    }

    /** An entity, drawn by the Zipf law, which gets {@code statements} more in this block. */
    EntityWorld withRoom(int statements) {
        EntityWorld entity = drawn(statements, any -> true);
        if (entity == null) {
            throw new IllegalArgumentException("askedPerEntity must leave room for the mix: "
                    + config.pressure().askedPerEntity() + " statements for each of " + entities.size()
                    + " entities in a block are too few");
        }
        return entity;
    }

    /** The same for a story that spans blocks, or {@code null} if every entity has enough of those. */
    @Nullable
    EntityWorld withRoomToSpan(int statements) {
        return drawn(statements, this::mayOpenAnother);
    }

    /**
     * The same for a relay that spans blocks. Its question does not name the bridge, so an entity with many relays would
     * have more details alike than any search returns: relays are spread over the entities.
     */
    @Nullable
    EntityWorld withRoomToRelay(int statements) {
        long most = FEWEST_RELAYS_EACH + relays * RELAYS_SPREAD / entities.size();
        EntityWorld entity = drawn(statements, one -> mayOpenAnother(one) && one.relays < most);
        if (entity != null) {
            entity.relays++;
            relays++;
        }
        return entity;
    }

    private boolean mayOpenAnother(EntityWorld entity) {
        return entity.openStories < config.pressure().openPerEntity();
    }

    private @Nullable EntityWorld drawn(int statements, Predicate<EntityWorld> suits) {
        int drawn = zipf.draw(random);
        for (int step = 0; step < entities.size(); step++) {
            EntityWorld entity = entities.get((drawn + step) % entities.size());
            if (suits.test(entity) && hasRoom(entity, block, statements)) {
                entity.addStatements(block, statements, block);
                return entity;
            }
        }
        return null;
    }

    /** An entity of the same domain which takes the topic of {@code original}, or {@code null} if there is none. */
    @Nullable
    EntityWorld twinWithRoom(Told original) {
        for (EntityWorld entity :
                entitiesOf.getOrDefault(original.story().entity.domain(), List.of())) {
            if (entity.isFree(original.topic()) && hasRoom(entity, block, 1)) {
                entity.take(original.topic());
                entity.addStatements(block, 1, block);
                return entity;
            }
        }
        return null;
    }

    boolean hasRoom(EntityWorld entity, int someBlock, int statements) {
        return entity.statementsIn(someBlock) + statements <= config.pressure().askedPerEntity();
    }

    /** A topic that is new for {@code entity}; with the given chance one which another entity of its domain has. */
    Topic topicFor(EntityWorld entity, int sharedPercent) {
        if (random.chance(sharedPercent)) {
            List<Told> others = toldIn.getOrDefault(entity.domain(), List.of());
            int count = 0;
            for (Told other : others) {
                count += other.story().entity == entity ? 0 : 1;
            }
            for (int attempt = 0; attempt < TRIES_TO_SHARE && count > 0; attempt++) {
                Topic topic = nthOfAnother(others, entity, random.nextInt(count));
                if (entity.take(topic)) {
                    return topic;
                }
            }
        }
        return entity.takeAny(random);
    }

    private static Topic nthOfAnother(List<Told> stories, EntityWorld entity, int n) {
        int left = n;
        for (Told other : stories) {
            if (other.story().entity != entity && left-- == 0) {
                return other.topic();
            }
        }
        throw new IllegalStateException("fewer stories of others than counted");
    }
}
