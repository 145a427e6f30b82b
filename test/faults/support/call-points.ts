import { World } from './world';
import { InterceptedCall } from '../../../local/aws/gateway';
import { METADATA_PREFIX } from '../../../src/runtime/contract';

/** The moments of a job that can be told from outside, by the calls it makes. */
export const POINTS = [
  'credentials', 'receive', 'extend', 'lease', 'head', 'download', 'media', 'first-playlist', 'master', 'document', 'flip', 'copy', 'delete',
] as const;
export type Point = typeof POINTS[number];

/** A call of a worker, as the harness sees it. */
export interface WorkerCall {
  readonly worker: number;
  readonly service: string;
  readonly operation: string;
  readonly point?: Point;
  /** S3 key, where there is one. */
  readonly key?: string;
  readonly body?: Record<string, any>;
}

export function workerCall(world: World, call: InterceptedCall): WorkerCall | undefined {
  const worker = workerOf(world, call);
  if (worker === undefined) return undefined;
  const body = call.body && JSON.parse(call.body.toString() || '{}') as Record<string, any>;
  const key = call.service === 's3' ? decodeURIComponent((call.request.url ?? '').split('?')[0]).split('/').slice(2).join('/') : undefined;
  return { worker, service: call.service, operation: call.operation, key, body, point: pointOf(call.operation, key, body) };
}

function workerOf(world: World, { service, request }: InterceptedCall): number | undefined {
  const { credentials } = world.gateway;
  const accessKey = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  const arn = service === 'credentials' ? credentials.ownerOf(request) : accessKey && credentials.find(accessKey)?.caller.principalArn;
  const index = /role\/worker-(\d+)$/.exec(arn ?? '')?.[1];
  return index === undefined ? undefined : Number(index);
}

function pointOf(operation: string, key: string | undefined, body: Record<string, any> | undefined): Point | undefined {
  const values = body?.ExpressionAttributeValues ?? {};
  switch (operation) {
    case 'GetCredentials': return 'credentials';
    case 'ReceiveMessage': return 'receive';
    case 'ChangeMessageVisibility': return 'extend';
    case 'DeleteMessage': return 'delete';
    case 'HeadObject': return 'head';
    case 'GetObject': return 'download';
    case 'CopyObject': return 'copy';
    case 'UpdateItem': return ':seenStatus' in values ? 'lease' : ':ready' in values ? 'flip' : undefined;
    case 'PutObject': return uploadPoint(key ?? '');
    default: return undefined;
  }
}

function uploadPoint(key: string): Point {
  if (key.startsWith(METADATA_PREFIX)) return 'document';
  if (key.endsWith('/master.m3u8')) return 'master';
  return key.endsWith('.m3u8') ? 'first-playlist' : 'media';
}
