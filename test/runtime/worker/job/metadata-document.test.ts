import { fromVideoItem, toVideoItem } from '../../../../src/runtime/adapters/aws/dynamodb-video-item';
import { PermanentError } from '../../../../src/runtime/domain/errors';
import { WarningCode } from '../../../../src/runtime/domain/source-warning';
import { PublishedMedia, Video, VideoStatus } from '../../../../src/runtime/domain/video';
import { metadataDocument, parseMetadataDocument, videoFromMetadata } from '../../../../src/runtime/worker/job/metadata-document';
import { aVideo, FACTS } from '../support/fakes';

const MEDIA: PublishedMedia = {
  epoch: 3,
  workId: 'w',
  masterPlaylist: 'master.m3u8',
  playlists: ['360p.m3u8'],
  renditions: [{
    name: '360p',
    width: 640,
    height: 360,
    frameRate: 25,
    bandwidth: 2,
    averageBandwidth: 1,
    codecs: 'avc1.64001e',
    playlist: '360p.m3u8',
    sizeBytes: 9,
  }],
  posters: ['poster.jpg'],
  storyboard: ['storyboard.jpg', 'storyboard.vtt'],
  durationSeconds: 1,
  encodeSeconds: 0.4,
  sourceSha256: 'abc',
  warnings: [{ code: WarningCode.SOURCE_DAMAGED, message: '1 of 150 frames are damaged and were concealed.', at: 2.5 }],
};
const VIDEO: Video = aVideo({ title: 'A <b>title</b>', visibility: 'public', status: VideoStatus.PROCESSING, progress: { stage: 'upload', percent: 9 } });
const DOCUMENT = metadataDocument({
  video: VIDEO,
  source: { ...FACTS, sizeBytes: 4711, sha256: 'abc', key: 'uploads/x/source', versionId: 'v1' },
  profile: { name: 'standard', version: 1 },
  media: MEDIA,
  timings: { encode: 0.4 },
  tools: { ffmpeg: '7.1' },
  publishedAt: '2026-02-03T04:05:06.000Z',
});

test('a catalog item is rebuilt from the document alone', () => {
  const rebuilt = videoFromMetadata(parseMetadataDocument(JSON.stringify(DOCUMENT)));
  const published: Video = {
    ...VIDEO, status: VideoStatus.READY, progress: undefined, updatedAt: '2026-02-03T04:05:06.000Z', sizeBytes: 4711, published: MEDIA,
  };
  expect(fromVideoItem(toVideoItem(rebuilt))).toEqual(fromVideoItem(toVideoItem(published)));
});

test('the document describes source, profile, times and tools, and says its schema version', () => {
  expect(DOCUMENT).toMatchObject({
    schemaVersion: 1,
    warnings: [{ code: 'SOURCE_DAMAGED', message: '1 of 150 frames are damaged and were concealed.', at: 2.5 }],
    correlationId: 'correlation-1',
    source: { container: 'mov', sha256: 'abc', durationSeconds: 1 },
    profile: { name: 'standard', version: 1 },
    timings: { encode: 0.4 },
    tools: { ffmpeg: '7.1' },
  });
});

test('a document always has its list of warnings, and says each thing once', () => {
  const { warnings: _, ...media } = MEDIA;
  const document = metadataDocument({ ...DOCUMENT, source: { ...DOCUMENT.source, warnings: [] }, media, video: VIDEO });
  expect(document.warnings).toEqual([]);
  expect(JSON.stringify(DOCUMENT).match(/SOURCE_DAMAGED/g)).toHaveLength(1);
});

test('a document of another schema version is refused rather than misread', () => {
  expect(() => parseMetadataDocument(JSON.stringify({ ...DOCUMENT, schemaVersion: 2 }))).toThrow(PermanentError);
});
