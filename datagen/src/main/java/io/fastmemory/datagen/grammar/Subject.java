package io.fastmemory.datagen.grammar;

/**
 * What a fact is about.
 *
 * @param name its name, as labels and asks hold it
 * @param inText the same as sentences speak of it, e.g. with an article
 */
public record Subject(String name, String inText) {}
