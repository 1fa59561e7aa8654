package io.fastmemory.evaluation.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import org.junit.jupiter.api.Test;

class JobFailuresTest {
    private static final int CALL = 10;

    @Test
    void anOutageLastsFromAFailureToTheNextAttempt() {
        try (JobFailures failures = new JobFailures("outages", 2, CALL, 1, Clock.systemUTC())) {
            failures.opened();
            for (int call = 1; call < CALL; call++) {
                failures.beforeCall();
            }
            assertThatThrownBy(failures::beforeCall).isInstanceOf(JobFailures.Induced.class);
            failures.beforeCall(); // an attempt meets one at most
            assertThat(failures.count()).isEqualTo(1);
            assertThat(failures.outages()).isEmpty();

            failures.opened();
            failures.opened();
            assertThat(failures.outages())
                    .singleElement()
                    .satisfies(outage -> assertThat(outage.restored()).isAfterOrEqualTo(outage.struck()));
            assertThatThrownBy(failures::beforeCall).isInstanceOf(JobFailures.Induced.class);
            assertThat(failures.count()).isEqualTo(2);
        }
    }
}
