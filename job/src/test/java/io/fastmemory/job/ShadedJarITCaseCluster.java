package io.fastmemory.job;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.cli.CliFrontend;
import org.apache.flink.client.cli.DefaultCLI;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/** A cluster with two slots in a JVM of its own, and {@code flink run} against its REST endpoint. */
final class ShadedJarITCaseCluster {
    private ShadedJarITCaseCluster() {}

    /**
     * Submits a job and exits with the code of {@code flink run}.
     *
     * @param arguments number of TaskManagers, order in which classes are resolved, jar file, and the job's arguments
     */
    public static void main(String[] arguments) throws Exception {
        int taskManagers = Integer.parseInt(arguments[0]);
        Configuration configuration = new Configuration();
        configuration.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, arguments[1]);
        int exit;
        try (MiniCluster cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(taskManagers)
                .setNumSlotsPerTaskManager(2 / taskManagers)
                .build())) {
            cluster.start();
            Configuration client = new Configuration();
            client.set(CoreOptions.CLASSLOADER_RESOLVE_ORDER, arguments[1]);
            client.set(RestOptions.ADDRESS, "127.0.0.1");
            client.set(RestOptions.PORT, cluster.getRestAddress().get().getPort());
            List<String> run = new ArrayList<>(List.of("run", "-p", "2"));
            run.addAll(List.of(arguments).subList(2, arguments.length));
            exit = new CliFrontend(client, List.of(new DefaultCLI())).parseAndRun(run.toArray(String[]::new));
        }
        System.exit(exit);
    }
}
