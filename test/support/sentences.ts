/**
 * What an owner may read: one or more sentences, none of them a tool's own words (brackets, pointers, bars, the names of programs, boxes
 * and streams).
 */
export const SENTENCES = /^(?!.*(?:ffmpeg|ffprobe|0x[0-9a-f]|[[\]|@]|\bmoov\b|\bmdat\b|stream #|\bNAL|source-|scratch))[A-Z].*[^.]\.$/;
