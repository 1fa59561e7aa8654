package io.fastmemory.datagen;

import io.fastmemory.datagen.TopicSpace.Topic;
import io.fastmemory.datagen.grammar.SplitMix64;
import io.fastmemory.datagen.grammar.Wording;
import io.fastmemory.model.Ask;
import io.fastmemory.model.EventCategory;
import io.fastmemory.model.Scope;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One block of the timeline while it is planned: its bounds, what it has room for, and the ways to fill it. */
final class Block {
    static final int LOOK_ALIKE_PERCENT = 40;

    final GeneratorConfig config;
    final int number;
    final Cast cast;
    final SplitMix64 random;
    final Narrator narrator;
    final long start;
    /** The last millisecond of the block. */
    final long end;

    private final Timeline timeline;
    private final Agenda agenda;

    Block(GeneratorConfig config, int number, Cast cast, Narrator narrator, Timeline timeline, Agenda agenda) {
        this.config = config;
        this.number = number;
        this.cast = cast;
        this.random = narrator.random();
        this.narrator = narrator;
        this.timeline = timeline;
        this.agenda = agenda;
        this.start = (long) number * config.blockMillis();
        this.end = start + config.blockMillis() - 1;
    }

    /** Something that writes one event. */
    interface EventTelling {
        void tell(Narrator narrator, long offsetMs) throws IOException;
    }

    void event(long offsetMs, EventTelling telling) {
        agenda.addEvent(blockOf(offsetMs));
        timeline.at(offsetMs, offset -> telling.tell(narrator, offset));
    }

    void query(long offsetMs, Timeline.Telling telling) {
        agenda.addQuery(blockOf(offsetMs));
        timeline.at(offsetMs, telling);
    }

    int blockOf(long offsetMs) {
        return (int) (offsetMs / config.blockMillis());
    }

    /** How many more events this block takes. */
    int eventsLeft() {
        return config.eventsIn(number) - agenda.events(number);
    }

    /** How many more queries this block takes. */
    int queriesLeft() {
        return config.queriesIn(number) - agenda.queries(number);
    }

    boolean hasRoom(int events, int queries) {
        return eventsLeft() >= events && queriesLeft() >= queries;
    }

    /** Whether a story of this block may reach into a later one; some of that one's room is left for its own stories. */
    boolean takesFromAfar(long offsetMs) {
        int later = blockOf(offsetMs);
        return later < config.blocks()
                && agenda.events(later) < config.eventsIn(later) / 4
                && agenda.queries(later) < config.queriesIn(later) / 2;
    }

    /** Begins a story that nothing was told of before. */
    Story begin(EntityWorld entity, Topic topic, EventCategory first, Scope scope, long offsetMs) {
        Story story = new Story(entity, topic.subject(), topic.attribute(), first, scope, null);
        cast.add(new Cast.Told(story, topic, offsetMs));
        event(offsetMs, (teller, offset) -> story.begin(teller, offset, null));
        return story;
    }

    Story begin(EntityWorld entity, EventCategory first, long offsetMs) {
        return begin(entity, cast.topicFor(entity, LOOK_ALIKE_PERCENT), first, Scope.USER, offsetMs);
    }

    void ask(long offsetMs, Story story, String category, @Nullable Long deadlineMs) {
        query(offsetMs, asking(story, category, deadlineMs));
    }

    /** What asks for the value a story has at that moment. */
    Timeline.Telling asking(Story story, String category, @Nullable Long deadlineMs) {
        Ask ask = new Ask("a1", story.subject.name(), story.attribute.name());
        return offset -> {
            String session = story.requiredSession();
            narrator.query(
                    story.entity,
                    session == null ? anySession(story.entity, offset) : session,
                    offset,
                    () -> Wording.question(random, story.subject, story.attribute.questions()),
                    story.questions,
                    List.of(ask),
                    deadlineMs,
                    category,
                    List.of(story.required("a1")),
                    story.forbidden("a1"));
        };
    }

    @Nullable
    String anySession(EntityWorld entity, long offsetMs) {
        return random.chance(30) ? entity.sessionAt(offsetMs) : null;
    }

    @Nullable
    Long anyDeadline() {
        return random.chance(25) ? (Long) (random.chance(50) ? 8_000L : 15_000L) : null;
    }

    /** A moment between two points of the block, given in permille of it. */
    long at(int low, int high) {
        return start + random.between(permille(low), permille(high));
    }

    /** A time between two parts of the block, given in permille of it. */
    int span(int low, int high) {
        return random.between(permille(low), permille(high));
    }

    int permille(int share) {
        return (int) ((long) config.blockMillis() * share / 1000);
    }
}
