import { box, FTYP, noise } from './byte-builders';
import { RejectionCode } from '../../../../../src/runtime/domain/errors';

/** Where hostile files point: a listener that must stay silent, and a neighbour whose content must never be read. */
export interface Bait {
  readonly url: string;
  readonly neighbour: string;
  /** A valid media file under another name, for playlists that would play if they were followed. */
  readonly segment: string;
}

export interface HostileText {
  readonly name: string;
  readonly content: (bait: Bait) => Buffer | string;
  readonly code: RejectionCode;
}

const hls = (uri: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:2.0,\n${uri}\n#EXT-X-ENDLIST\n`;
const NOT_VIDEO = RejectionCode.UNSUPPORTED_FORMAT;

/** Files that are no video, many of which ffmpeg would gladly follow to somewhere else. */
export const HOSTILE_TEXT: readonly HostileText[] = [
  { name: 'HLS playlist to a web address', content: ({ url }) => hls(url), code: NOT_VIDEO },
  { name: 'HLS playlist to a local file', content: ({ neighbour }) => hls(`file://${neighbour}`), code: NOT_VIDEO },
  { name: 'HLS playlist to a sibling', content: ({ segment }) => hls(segment), code: NOT_VIDEO },
  { name: 'HLS playlist with a key at a web address', content: ({ url, segment }) => `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${url}"\n#EXTINF:2,\n${segment}\n#EXT-X-ENDLIST\n`, code: NOT_VIDEO },
  { name: 'HLS playlist behind a byte-order mark', content: ({ url }) => `\ufeff${hls(url)}`, code: NOT_VIDEO },
  { name: 'HLS playlist with concat protocol', content: ({ url, neighbour }) => hls(`concat:${url}|file:${neighbour}`), code: NOT_VIDEO },
  { name: 'ffconcat script', content: ({ neighbour }) => `ffconcat version 1.0\nfile '${neighbour}'\n`, code: NOT_VIDEO },
  { name: 'DASH manifest', content: ({ url }) => `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet><Representation id="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`, code: NOT_VIDEO },
  { name: 'SDP session', content: () => 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n', code: NOT_VIDEO },
  { name: 'SVG with a script', content: ({ url }) => `<svg xmlns="http://www.w3.org/2000/svg"><image href="${url}"/><script>alert(1)</script></svg>`, code: NOT_VIDEO },
  { name: 'XML with an external entity', content: ({ neighbour }) => `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://${neighbour}">]><x>&e;</x>`, code: NOT_VIDEO },
  { name: 'renamed HTML', content: () => '<!doctype html><html><script>alert(1)</script></html>', code: NOT_VIDEO },
  { name: 'smooth streaming manifest', content: ({ url }) => `<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="${url}"/></SmoothStreamingMedia>`, code: NOT_VIDEO },
  { name: 'ASX playlist', content: ({ url }) => `<asx version="3.0"><entry><ref href="${url}"/></entry></asx>`, code: NOT_VIDEO },
  { name: 'shell script', content: () => '#!/bin/sh\ntouch /tmp/owned\n', code: NOT_VIDEO },
  { name: 'image2 pattern', content: () => '%d.png\n'.repeat(8), code: NOT_VIDEO },
  { name: 'subtitles', content: () => '1\n00:00:00,000 --> 00:00:02,000\nhello\n', code: NOT_VIDEO },
  { name: 'no byte at all', content: () => Buffer.alloc(0), code: RejectionCode.SOURCE_EMPTY },
  { name: 'one byte', content: () => Buffer.from([0]), code: NOT_VIDEO },
  { name: 'zeros', content: () => Buffer.alloc(65536), code: NOT_VIDEO },
  { name: 'random bytes', content: () => noise(65536), code: NOT_VIDEO },
  { name: 'an executable', content: () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), noise(4096)]), code: NOT_VIDEO },
  { name: 'a ZIP archive', content: () => Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), noise(4096)]), code: NOT_VIDEO },
  { name: 'a sound file in RIFF', content: () => Buffer.concat([Buffer.from('RIFF\x24\x10\0\0WAVEfmt ', 'latin1'), noise(4096)]), code: NOT_VIDEO },
  { name: 'MP4 signature before a playlist', content: ({ url }) => Buffer.concat([FTYP, Buffer.from(hls(url))]), code: RejectionCode.TRUNCATED },
  { name: 'MP4 whose media is a playlist', content: ({ url }) => Buffer.concat([FTYP, box('mdat', Buffer.from(hls(url)))]), code: RejectionCode.TRUNCATED },
  { name: 'Matroska signature before a playlist', content: ({ url }) => Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.from(hls(url))]), code: RejectionCode.UNREADABLE },
  { name: 'FLV signature before a playlist', content: ({ url }) => Buffer.concat([Buffer.from('FLV\x01\x05\0\0\0\x09\0\0\0\0', 'latin1'), Buffer.from(hls(url))]), code: RejectionCode.TRUNCATED },
  { name: 'AVI signature before a playlist', content: ({ url }) => Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI ', 'latin1'), Buffer.from(hls(url))]), code: RejectionCode.NO_VIDEO_STREAM },
];
