package io.fastmemory.model;

import org.jspecify.annotations.Nullable;

/**
 * One thing an answer must fill in.
 *
 * @param askId unique in its query
 * @param subject what is asked about
 * @param attribute which property, or {@code null} when the query's text alone says it
 */
public record Ask(String askId, String subject, @Nullable String attribute) {}
