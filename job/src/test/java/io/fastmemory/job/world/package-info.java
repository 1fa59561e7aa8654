/** An outside world in this JVM for runs of the whole job: model, index, dataset and what a run left. */
package io.fastmemory.job.world;
