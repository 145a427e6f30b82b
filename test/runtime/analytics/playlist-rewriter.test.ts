import { rewritePlaylist } from '../../../src/runtime/analytics/playlist-rewriter';
import { PermanentError } from '../../../src/runtime/domain/errors';

const MASTER = [
  '#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS',
  '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Main",DEFAULT=YES,URI="audio.m3u8"',
  '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1000,URI="iframes.m3u8"',
  '#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"', '720p.m3u8', '',
].join('\n');

function mediaPlaylist(segments: number): string {
  const entries = Array.from({ length: segments }, (_, index) => `#EXTINF:4.000000,\n#EXT-X-BYTERANGE:1000@${index * 1000}\n720p.mp4`);
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MAP:URI="720p.mp4",BYTERANGE="800@0"', ...entries, '#EXT-X-ENDLIST', ''].join('\n');
}

function signer() {
  const signed: string[] = [];
  return { signed, sign: async (file: string) => `https://s3.example/${signed.push(file) && file}?X-Amz-Signature=$&$1&b=c` };
}

test('leaves nested playlists to this API and signs nothing for them', async () => {
  const { signed, sign } = signer();
  expect(await rewritePlaylist(MASTER, sign)).toBe(MASTER);
  expect(signed).toEqual([]);
});

test('signs each media file once, however often it is named, and keeps every other line', async () => {
  const { signed, sign } = signer();
  const lines = (await rewritePlaylist(mediaPlaylist(900), sign)).split('\n');
  const address = 'https://s3.example/720p.mp4?X-Amz-Signature=$&$1&b=c';
  expect(signed).toEqual(['720p.mp4']);
  expect(lines.filter(line => line === address)).toHaveLength(900);
  expect(lines).toContain(`#EXT-X-MAP:URI="${address}",BYTERANGE="800@0"`);
  expect(lines.map(line => line.replace(address, '720p.mp4')).join('\n')).toBe(mediaPlaylist(900));
});

test('signs different files, in tags and in lines alike', async () => {
  const { signed, sign } = signer();
  await rewritePlaylist('#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4,\nseg-1.m4s\n#EXTINF:4,\nseg-2.m4s\n', sign);
  expect(signed).toEqual(['init.mp4', 'seg-1.m4s', 'seg-2.m4s']);
});

test('does not touch comments, nor attributes that only end in URI', async () => {
  const text = '#EXTM3U\n# URI="a.mp4"\n#EXT-X-X:X-URI="a.mp4"\n';
  expect(await rewritePlaylist(text, signer().sign)).toBe(text);
});

test('names each address once, as a variable, when the playlist would be too long for an answer', async () => {
  const { sign } = signer();
  const text = await rewritePlaylist(mediaPlaylist(9000), sign, 300_000);
  const lines = text.split('\n');
  expect(text.length).toBeLessThan(1_000_000);
  expect(lines.slice(0, 3)).toEqual([
    '#EXTM3U', '#EXT-X-VERSION:8', '#EXT-X-DEFINE:NAME="m0",VALUE="https://s3.example/720p.mp4?X-Amz-Signature=$&$1&b=c"',
  ]);
  expect(lines.filter(line => line === '{$m0}')).toHaveLength(9000);
  expect(lines).toContain('#EXT-X-MAP:URI="{$m0}",BYTERANGE="800@0"');
  expect(lines.filter(line => line.startsWith('#EXT-X-VERSION'))).toHaveLength(1);
});

test.each(['../2/720p.mp4', '/etc/passwd', 'https://evil.example/x.mp4', 'a/b.mp4', 'a%2fb.mp4', 'x.mp4?y', '../other/720p.m3u8', 'https://evil.example/x.m3u8', ' 720p.mp4'])(
  'refuses a playlist that names %j rather than sign or serve it', async uri => {
    const { signed, sign } = signer();
    await expect(rewritePlaylist(`#EXTM3U\n#EXTINF:4,\n${uri}\n`, sign)).rejects.toThrow(PermanentError);
    await expect(rewritePlaylist(`#EXTM3U\n#EXT-X-MAP:URI="${uri}"\n`, sign)).rejects.toThrow(PermanentError);
    expect(signed).toEqual([]);
  });
