import { masterPlaylist } from '../../../src/runtime/domain/hls/master-playlist';
import { iFramePlaylist, mediaPlaylist, targetDuration } from '../../../src/runtime/domain/hls/media-playlist';
import { bitRates, MediaTrack } from '../../../src/runtime/domain/hls/media-track';
import { rational } from '../../../src/runtime/domain/rational';

const TRACK: MediaTrack = {
  codec: 'avc1.64001f',
  initBytes: 800,
  sizeBytes: 801_800,
  segments: [
    { offset: 800, bytes: 500_000, start: 0, duration: 4, samples: 120, keyFrameBytes: 60_000 },
    { offset: 500_800, bytes: 301_000, start: 4, duration: 1 / 30, samples: 1, keyFrameBytes: 301_000 },
  ],
};

describe('playlists', () => {
  test('a media playlist', () => {
    expect(mediaPlaylist(TRACK, '720p.mp4', 4)).toBe([
      '#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-MAP:URI="720p.mp4",BYTERANGE="800@0"',
      '#EXTINF:4.000000,', '#EXT-X-BYTERANGE:500000@800', '720p.mp4',
      '#EXTINF:0.033333,', '#EXT-X-BYTERANGE:301000@500800', '720p.mp4', '#EXT-X-ENDLIST', '',
    ].join('\n'));
  });

  test('an I-frame playlist names the first picture of each segment', () => {
    expect(iFramePlaylist(TRACK, '720p.mp4', 4)).toContain('#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI="720p.mp4",BYTERANGE="800@0"\n#EXTINF:4.000000,\n#EXT-X-BYTERANGE:60000@800\n');
  });

  test('the target duration is no shorter than any segment of any track, and at least a second', () => {
    const lasting = (...durations: number[]) => ({ ...TRACK, segments: durations.map(duration => ({ ...TRACK.segments[0], duration })) });
    expect(targetDuration([lasting(4, 4, 0.03)])).toBe(4);
    expect(targetDuration([lasting(4, 4), lasting(4.010667, 3.989333)])).toBe(5);
    expect(targetDuration([lasting(1 / 30)])).toBe(1);
    expect(targetDuration([lasting(3.9999999999)])).toBe(4);
  });

  test('the peak is that of the densest segment, for whoever divides by the stated duration', () => {
    const { peak, average } = bitRates(TRACK.segments);
    expect(peak).toBe(Math.ceil(301_000 * 8 / 0.033333));
    expect(average).toBe(Math.ceil(801_000 * 8 / 4.033333));
  });

  test('the master adds the sound to every variant and lists one I-frame playlist each', () => {
    const rates = { peak: 1000, average: 800 };
    const variant = { playlist: '720p.m3u8', iFramePlaylist: '720p-iframes.m3u8', width: 1280, height: 720, codec: 'avc1.64001f', rates, iFrameRates: { peak: 90, average: 80 } };
    const audio = { playlist: 'audio.m3u8', codec: 'mp4a.40.2', rates: { peak: 130, average: 128 }, audioOnlyVariant: true };
    const text = masterPlaylist([variant], rational(24000, 1001), audio);
    expect(text).toContain('#EXT-X-STREAM-INF:BANDWIDTH=1130,AVERAGE-BANDWIDTH=928,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=23.976,AUDIO="audio",CLOSED-CAPTIONS=NONE\n720p.m3u8\n');
    expect(text).toContain('#EXT-X-STREAM-INF:BANDWIDTH=130,AVERAGE-BANDWIDTH=128,CODECS="mp4a.40.2",AUDIO="audio",CLOSED-CAPTIONS=NONE\naudio.m3u8\n');
    expect(text).toContain('#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=90,AVERAGE-BANDWIDTH=80,CODECS="avc1.64001f",RESOLUTION=1280x720,URI="720p-iframes.m3u8"\n');
    expect(masterPlaylist([variant], rational(25))).not.toMatch(/AUDIO|mp4a/);
  });
});
