package io.fastmemory.job;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.client.cli.DefaultCLI;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A cluster of two TaskManagers in a JVM of its own, and {@code flink run} against its REST endpoint. */
final class ShadedJarITCaseCluster {
    private ShadedJarITCaseCluster() {}

    /** Submits the jar named first with the arguments behind it; exits with the code of {@code flink run}. */
    public static void main(String[] arguments) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_PORT, "0");
        int exit;
        try (MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(2)
                .setNumSlotsPerTaskManager(1)
                .build())) {
            cluster.start();
            Configuration client = new Configuration();
            client.set(RestOptions.ADDRESS, "127.0.0.1");
            client.set(RestOptions.PORT, cluster.getRestAddress().get().getPort());
            List<String> run = new ArrayList<>(List.of("run", "-p", "2", Path.of(arguments[0]).toString()));
            run.addAll(List.of(arguments).subList(1, arguments.length));
            exit = new CliFrontend(client, List.of(new DefaultCLI())).parseAndRun(run.toArray(String[]::new));
        }
        System.exit(exit);
    }
}
