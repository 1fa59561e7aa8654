package io.fastmemory.job.source;

/**
 * One line of an input file.
 *
 * @param file name of the file
 * @param line line number, from 1
 * @param bytes the line without its end; a line beyond the limit is cut and so unreadable
 */
public record InputLine(String file, long line, byte[] bytes) {}
