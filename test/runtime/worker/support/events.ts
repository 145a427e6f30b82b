import { ObjectCreatedEvent, sourceKey } from '../../../../src/runtime/contract';

export const BUCKET = 'videos';
export const VIDEO_ID = '3f1d2c4b-5a69-4788-9bcd-0e1f2a3b4c5d';

export interface EventChanges {
  readonly videoId?: string;
  readonly key?: string;
  readonly bucket?: string;
  readonly sequencer?: string;
  readonly versionId?: string;
  readonly size?: number;
}

/** "Object Created" as EventBridge delivers it, envelope and all. */
export function objectCreated(changes: EventChanges = {}): ObjectCreatedEvent {
  const envelope = {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created' as const,
    source: 'aws.s3' as const,
    account: '111122223333',
    time: '2026-01-02T03:04:05Z',
    region: 'eu-central-1',
    resources: [`arn:aws:s3:::${BUCKET}`],
    detail: {
      version: '0' as const,
      bucket: { name: changes.bucket ?? BUCKET },
      object: {
        key: changes.key ?? sourceKey(changes.videoId ?? VIDEO_ID),
        size: changes.size ?? 1000,
        etag: 'd41d8cd98f00b204e9800998ecf8427e',
        'version-id': changes.versionId ?? 'v1',
        sequencer: changes.sequencer ?? '00617F08299329D189',
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '111122223333',
      'source-ip-address': '198.51.100.7',
      reason: 'PutObject',
    },
  };
  return envelope;
}
