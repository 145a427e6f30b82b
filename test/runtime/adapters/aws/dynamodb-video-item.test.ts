import { aReadyVideo, aVideo } from './catalog-fixture';
import { fromVideoItem, Item, toVideoItem } from '../../../../src/runtime/adapters/aws/dynamodb-video-item';
import { VideoStatus } from '../../../../src/runtime/domain/video';

describe('the video item', () => {
  test('gives back the video it was made of, in every state', () => {
    const videos = [
      aVideo(), aReadyVideo(),
      aVideo({ status: VideoStatus.PROCESSING, progress: { stage: 'encode', percent: 41.5 } }),
      aVideo({ status: VideoStatus.REJECTED, failure: { code: 'TRUNCATED', message: 'ends early' } }),
    ];
    expect(videos.map(video => fromVideoItem(toVideoItem(video)))).toEqual(videos);
  });

  test('lies under the keys that the contract documents', () => {
    expect(toVideoItem(aVideo())).toMatchObject({ pk: { S: `VIDEO#${aVideo().videoId}` }, sk: { S: 'VIDEO' }, ownerId: { S: 'owner-1' } });
  });

  test('leaves the attributes of the lease to others', () => {
    const item: Item = { ...toVideoItem(aVideo()), leaseOwner: { S: 'worker' }, epoch: { N: '4' }, sequencer: { S: '00' } };
    expect(fromVideoItem(item)).toEqual(aVideo());
  });

  test('names every attribute that is missing or of another type', () => {
    const { title: _title, ...item } = toVideoItem(aVideo());
    expect(() => fromVideoItem({ ...item, views: { S: '7' }, status: { S: 'LOST' } })).toThrow(/title, views, status/);
  });
});
