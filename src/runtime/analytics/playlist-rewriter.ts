/**
 * Rewrites a published playlist for a viewer without credentials: media files become presigned URLs, nested playlists stay
 * relative, so that the player asks this API for them.
 */
import { PermanentError } from '../domain/errors';
import { FailureCode } from '../domain/failure-codes';

/** Files of one epoch's folder, as the processor names them: nothing that climbs, no scheme, no query. */
const FILE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const PLAYLIST = /\.m3u8$/;
const URI_ATTRIBUTE = /(?<=[:,])URI="([^"]*)"/;
/**
 * Lambda answers with at most 6 MB, JSON escapes and headers included. A media file is named once per segment, and a URL
 * signed by a role is about 1.5 kB long: the limit comes after some four hours of 4 s segments.
 */
const MAX_PLAIN_BYTES = 5_000_000;
/** EXT-X-DEFINE came with version 8 of the protocol. */
const DEFINE_VERSION = 8;

type Sign = (file: string) => Promise<string>;

export async function rewritePlaylist(text: string, sign: Sign, maxPlainBytes = MAX_PLAIN_BYTES): Promise<string> {
  const lines = text.split(/\r?\n/);
  const files = new Set(lines.flatMap(line => uriOf(line) ?? []).filter(uri => !PLAYLIST.test(checkName(uri))));
  const urls = new Map(await Promise.all([...files].map(async file => [file, await sign(file)] as const)));
  const plain = replaceUris(lines, urls);
  return plain.length <= maxPlainBytes ? plain : withVariables(lines, urls);
}

/** Each URL once, as a variable: RFC 8216bis 4.3, which hls.js and Apple's players know. */
function withVariables(lines: readonly string[], urls: ReadonlyMap<string, string>): string {
  const entries = [...urls].map(([file, url], index) => ({ file, url, name: `m${index}` }));
  const rewritten = replaceUris(lines, new Map(entries.map(({ file, name }) => [file, `{$${name}}`]))).split('\n');
  const body = rewritten.filter(line => line !== '#EXTM3U' && !line.startsWith('#EXT-X-VERSION:'));
  const definitions = entries.map(({ name, url }) => `#EXT-X-DEFINE:NAME="${name}",VALUE="${url}"`);
  return ['#EXTM3U', `#EXT-X-VERSION:${DEFINE_VERSION}`, ...definitions, ...body].join('\n');
}

function replaceUris(lines: readonly string[], urls: ReadonlyMap<string, string>): string {
  return lines.map(line => {
    const uri = uriOf(line);
    const url = uri === undefined ? undefined : urls.get(uri);
    if (url === undefined) return line;
    // A function, since `$` in a replacement string has a meaning of its own.
    return line.startsWith('#') ? line.replace(URI_ATTRIBUTE, () => `URI="${url}"`) : url;
  }).join('\n');
}

/** What the line refers to: itself when it is no tag or comment, otherwise the URI attribute of a tag. */
function uriOf(line: string): string | undefined {
  if (line.trim() === '') return undefined;
  if (!line.startsWith('#')) return line;
  return line.startsWith('#EXT') ? URI_ATTRIBUTE.exec(line)?.[1] : undefined;
}

/** We wrote the playlist, so another name means that something is badly wrong; signing it could open a foreign object. */
function checkName(uri: string): string {
  if (FILE.test(uri)) return uri;
  throw new PermanentError(FailureCode.PLAYLIST_CORRUPT, `A published playlist names '${uri.slice(0, 80)}', which is no file of its folder.`);
}
