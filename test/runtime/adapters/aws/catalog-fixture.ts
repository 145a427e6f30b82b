import { AddressInfo } from 'net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createDynamoDbClient } from '../../../../src/runtime/adapters/aws/clients';
import {
  CATALOG_CREATED_KEY, CATALOG_OWNER_INDEX, CATALOG_OWNER_KEY, CATALOG_PARTITION_KEY, CATALOG_SORT_KEY,
} from '../../../../src/runtime/contract';
import { Video, VideoStatus } from '../../../../src/runtime/domain/video';

export const TABLE = 'Catalog';
export const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** A real table, in this process. */
export interface CatalogFixture {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  stop(): Promise<void>;
}

export async function startCatalog(): Promise<CatalogFixture> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createDynamoDbClient({ endpoint, region: 'eu-central-1', credentials: CREDENTIALS });
  await createTable(client);
  return {
    endpoint,
    client,
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function createTable(client: DynamoDBClient): Promise<void> {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const }, { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(new CreateTableCommand({
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [CATALOG_PARTITION_KEY, CATALOG_SORT_KEY, CATALOG_OWNER_KEY, CATALOG_CREATED_KEY]
      .map(AttributeName => ({ AttributeName, AttributeType: 'S' as const })),
    KeySchema: key(CATALOG_PARTITION_KEY, CATALOG_SORT_KEY),
    GlobalSecondaryIndexes: [{
      IndexName: CATALOG_OWNER_INDEX, KeySchema: key(CATALOG_OWNER_KEY, CATALOG_CREATED_KEY), Projection: { ProjectionType: 'ALL' },
    }],
  }));
  await new Promise(resolve => setTimeout(resolve, 50));
}

/** `00000000-0000-4000-8000-00000000002a` for 42. */
export function videoIdOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function aVideo(overrides: Partial<Video> = {}): Video {
  return {
    videoId: videoIdOf(1),
    ownerId: 'owner-1',
    title: 'Holiday',
    fileName: 'holiday.mp4',
    contentType: 'video/mp4',
    visibility: 'private',
    status: VideoStatus.AWAITING_UPLOAD,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'correlation-1',
    sizeBytes: 1000,
    views: 0,
    likes: 0,
    ...overrides,
  };
}

export function aReadyVideo(overrides: Partial<Video> = {}): Video {
  return aVideo({
    status: VideoStatus.READY,
    published: {
      epoch: 3,
      workId: 'work',
      masterPlaylist: 'master.m3u8',
      playlists: ['720p.m3u8', 'audio.m3u8', 'iframes.m3u8'],
      renditions: [{
        name: '720p',
        width: 1280,
        height: 720,
        frameRate: 25,
        bandwidth: 3_000_000,
        averageBandwidth: 2_000_000,
        codecs: 'avc1.64001f,mp4a.40.2',
        playlist: '720p.m3u8',
        sizeBytes: 5000,
      }],
      posters: ['poster.jpg', 'poster.webp'],
      storyboard: ['storyboard.jpg', 'storyboard.vtt'],
      progressive: 'progressive.mp4',
      durationSeconds: 12,
      encodeSeconds: 4,
      sourceSha256: 'ab'.repeat(32),
    },
    ...overrides,
  });
}

/** When an upload of these tests would be forgotten. */
export const SOON = new Date('2030-01-01T00:00:00Z');
