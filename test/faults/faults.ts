/** The fault matrix as data: what goes wrong, and when. Everything here can be printed, and played again. */
import { Point, POINTS } from './support/call-points';
import { Random } from './support/random';

export interface Trigger {
  readonly point: Point;
  /** Before the call reaches its service, or after it was done and before its answer leaves. */
  readonly when: 'before' | 'after';
  /** Counted over all workers; 1 is the first. */
  readonly nth: number;
  /** Strikes at so many calls in a row. @default 1 */
  readonly times?: number;
}

export type Effect =
  | { readonly kind: 'kill'; readonly delayMs: number }
  | { readonly kind: 'stop'; readonly signal: 'SIGTERM' | 'SIGINT'; readonly times: number; readonly delayMs: number }
  | { readonly kind: 'stall'; readonly ms: number }
  | { readonly kind: 'tool'; readonly tool: 'ffmpeg' | 'ffprobe'; readonly signal: 'SIGKILL' | 'SIGSTOP' }
  | {
    readonly kind: 'refuse';
    readonly service: 's3' | 'sqs' | 'dynamodb';
    readonly operations: readonly string[];
    readonly status: number;
    readonly code: string;
    readonly count: number;
    readonly ms: number;
  }
  | { readonly kind: 'reset'; readonly bytes: number }
  | { readonly kind: 'drip' }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'expire-credentials' }
  | { readonly kind: 'withhold-credentials'; readonly count: number }
  | { readonly kind: 'fill-disk'; readonly ms: number }
  | { readonly kind: 'read-only'; readonly ms: number }
  | { readonly kind: 'replace-source' }
  | { readonly kind: 'delete-video' };

export interface Fault {
  readonly name: string;
  readonly trigger: Trigger;
  readonly effect: Effect;
}

type Recipe = (random: Random) => Omit<Fault, 'name'>;

/** Renditions, sound and images of a clip. */
const MEDIA_OBJECTS = 7;
const anywhere = (random: Random): Trigger => {
  const point = random.pick(POINTS);
  return { point, when: random.pick(['before', 'after']), nth: random.whole(1, point === 'media' ? MEDIA_OBJECTS : 2) };
};
const at = (point: Point, when: Trigger['when'] = 'before', nth = 1): Trigger => ({ point, when, nth });
/** From the moment the source is there: probe, encode and images take about a second. */
const duringEncode = at('download', 'after');

const refuse = (
  service: 's3' | 'sqs' | 'dynamodb', operations: readonly string[], status: number, code: string, count: number, ms: number,
): Effect => ({ kind: 'refuse', service, operations, status, code, count, ms });

/** One row of the fault matrix each; a schedule draws from them. */
const MATRIX: Readonly<Record<string, Recipe>> = {
  'worker killed at a call': random => ({ trigger: anywhere(random), effect: { kind: 'kill', delayMs: 0 } }),
  'worker killed in the middle of the encode': random => ({ trigger: duringEncode, effect: { kind: 'kill', delayMs: random.whole(50, 1500) } }),
  'worker out of memory at every try': random => ({
    trigger: { ...duringEncode, times: 3 }, effect: { kind: 'kill', delayMs: random.whole(50, 800) },
  }),
  'file system read-only': random => ({
    trigger: at(random.pick(['lease', 'download', 'media']), random.pick(['before', 'after'])),
    effect: { kind: 'read-only', ms: random.whole(500, 4_000) },
  }),
  'ffmpeg killed': () => ({ trigger: duringEncode, effect: { kind: 'tool', tool: 'ffmpeg', signal: 'SIGKILL' } }),
  'ffmpeg stopped': () => ({ trigger: duringEncode, effect: { kind: 'tool', tool: 'ffmpeg', signal: 'SIGSTOP' } }),
  'ffprobe killed or stopped': random => ({
    trigger: at('download'), effect: { kind: 'tool', tool: 'ffprobe', signal: random.pick(['SIGKILL', 'SIGSTOP']) },
  }),
  'told to stop': random => ({
    trigger: anywhere(random),
    effect: { kind: 'stop', signal: random.pick(['SIGTERM', 'SIGINT']), times: random.whole(1, 2), delayMs: random.whole(0, 800) },
  }),
  'event loop stalled': random => ({ trigger: anywhere(random), effect: { kind: 'stall', ms: random.whole(12_000, 13_500) } }),
  'S3 answers 500 or 503': random => {
    const [status, code] = random.pick([[500, 'InternalError'], [503, 'SlowDown']] as const);
    const operations = random.pick([['GetObject'], ['PutObject'], ['HeadObject'], ['CopyObject'], []]);
    return { trigger: anywhere(random), effect: refuse('s3', operations, status, code, Infinity, random.pick([300, 1_000, 10_000])) };
  },
  'S3 denies access': random => ({
    trigger: at(random.pick(['head', 'download', 'media'])),
    effect: refuse('s3', random.pick([['GetObject'], ['PutObject'], ['HeadObject']]), 403, 'AccessDenied', Infinity, 1_500),
  }),
  'S3 drips': () => ({ trigger: at('download'), effect: { kind: 'drip' } }),
  'connection reset': random => ({
    trigger: random.chance(0.5) ? at('download') : at('media', 'before', random.whole(1, 4)), effect: { kind: 'reset', bytes: random.whole(0, 8_000) },
  }),
  'wrong checksum': () => ({ trigger: at('download'), effect: { kind: 'corrupt' } }),
  'catalog throttled': random => ({
    trigger: anywhere(random),
    effect: refuse('dynamodb', [], 400, 'ProvisionedThroughputExceededException', Infinity, random.pick([300, 1_500, 3_500])),
  }),
  'catalog answers 500': random => ({
    trigger: anywhere(random), effect: refuse('dynamodb', ['UpdateItem'], 500, 'InternalServerError', random.whole(1, 6), 10_000),
  }),
  'answer lost after the write': random => ({
    trigger: at(random.pick(['lease', 'flip', 'flip', 'delete', 'copy', 'master', 'receive', 'extend'])), effect: { kind: 'lose-answer' },
  }),
  'receive answers 500': random => ({
    trigger: at('receive'), effect: refuse('sqs', ['ReceiveMessage'], 500, 'InternalFailure', random.whole(1, 8), 5_000),
  }),
  'change-visibility answers 400': random => ({
    trigger: at('extend'), effect: refuse('sqs', ['ChangeMessageVisibility'], 400, 'MessageNotInflight', random.whole(1, 20), 6_000),
  }),
  'delete answers 500': random => ({
    trigger: at('delete'), effect: refuse('sqs', ['DeleteMessage'], 500, 'InternalFailure', random.whole(1, 20), 6_000),
  }),
  'credentials expire': random => ({ trigger: anywhere(random), effect: { kind: 'expire-credentials' } }),
  'credentials expire, and no others come': random => ({
    trigger: anywhere(random), effect: { kind: 'withhold-credentials', count: random.whole(1, 4) },
  }),
  'disk full': random => ({
    trigger: at(random.pick(['head', 'download', 'media']), random.pick(['before', 'after'])), effect: { kind: 'fill-disk', ms: random.whole(500, 4_000) },
  }),
  'source replaced while it is read': random => ({ trigger: at('download', random.pick(['before', 'after'])), effect: { kind: 'replace-source' } }),
  'video deleted during its encode': random => ({ trigger: anywhere(random), effect: { kind: 'delete-video' } }),
};

export function drawFault(random: Random, usable: (effect: Effect) => boolean): Fault {
  for (;;) {
    const name = random.pick(Object.keys(MATRIX));
    const fault = { name, ...MATRIX[name](random) };
    if (usable(fault.effect)) return fault;
  }
}
