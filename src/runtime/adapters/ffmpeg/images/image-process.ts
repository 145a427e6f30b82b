/**
 * Images in a process of their own, for the length of one job: libvips never returns memory, and an image of 1280 × 720 as
 * AVIF takes more than the whole worker. The child has no credentials, and exits when its parent does.
 */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { imageMaker } from './lazy-image-maker';
import { EncodePlan } from '../../../domain/encode-plan';
import { PermanentError, RejectedError, RejectionCode, TransientError, VideoError } from '../../../domain/errors';
import { FailureCode, PermanentCode, TransientCode } from '../../../domain/failure-codes';
import { EncodedImages } from '../../../ports/transcoder';
import { TranscoderLimits } from '../tools/transcoder-limits';

/** What the parent asks, on the child's standard input. */
export type ImageRequest =
  | { readonly kind: 'versions' }
  | {
    readonly kind: 'images';
    readonly plan: EncodePlan;
    readonly outputFolder: string;
    readonly launcher: string;
    readonly limits: TranscoderLimits;
  };

type ImageAnswer =
  | { readonly result: unknown }
  | { readonly failure: { readonly name: string; readonly code: string; readonly message: string } };

/**
 * Nothing of the parent's environment: credentials are in it, and the child needs none of the rest. One arena for all threads of
 * libvips, which otherwise keep one each: 99 MB at the peak instead of 111.
 */
const ENVIRONMENT = { MALLOC_ARENA_MAX: '1' };

/** Asks a child, started by `command`, and returns its answer or throws its error. */
export async function askImageProcess(command: readonly string[], request: ImageRequest, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  const [program, ...options] = command;
  const child = spawn(program, options, { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] });
  const onAbort = () => child.kill('SIGKILL');
  signal.addEventListener('abort', onAbort, { once: true });
  // The input stays open: the child takes its end for the end of its parent.
  child.stdin.on('error', () => undefined).write(`${JSON.stringify(request)}\n`);
  try {
    const ended = new Promise<NodeJS.Signals | number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, endedBy) => resolve(endedBy ?? code));
    });
    const [answer, complaint, end] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    signal.throwIfAborted();
    if (end !== 0) throw new TransientError(FailureCode.TOOL_KILLED, `The image process ended with ${end}: ${complaint.slice(0, 300)}`);
    return resultOf(JSON.parse(answer) as ImageAnswer);
  } finally {
    signal.removeEventListener('abort', onAbort);
    child.kill('SIGKILL');
  }
}

/** The child's side: answers one request, and ends. */
export async function serveImageProcess(): Promise<void> {
  const request = await readRequest();
  const answer = await handle(request).catch(toFailure);
  await new Promise<void>(resolve => process.stdout.write(JSON.stringify(answer), () => resolve()));
  process.exit(0);
}

async function handle(request: ImageRequest): Promise<ImageAnswer> {
  // Loaded here alone, so that the parent never holds sharp.
  const { imageVersions, makeImages } = imageMaker();
  if (request.kind === 'versions') return { result: imageVersions() };
  const { plan, outputFolder, launcher, limits } = request;
  const images: EncodedImages = await makeImages(plan, outputFolder, { launcher, limits, signal: new AbortController().signal });
  return { result: images };
}

function readRequest(): Promise<ImageRequest> {
  return new Promise(resolve => {
    let given = '';
    process.stdin.setEncoding('utf8').on('data', (chunk: string) => {
      given += chunk;
      if (given.endsWith('\n')) resolve(JSON.parse(given) as ImageRequest);
    }).on('end', () => process.exit(1));
  });
}

function toFailure(error: unknown): ImageAnswer {
  const { name, message } = error as Error;
  const code = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? FailureCode.SCRATCH_FULL : (error as Partial<VideoError>).code;
  return { failure: { name, message, code: code ?? FailureCode.IMAGES_FAILED } };
}

function resultOf(answer: ImageAnswer): unknown {
  if ('result' in answer) return answer.result;
  const { name, code, message } = answer.failure;
  if (name === RejectedError.name) throw new RejectedError(code as RejectionCode, message, { advice: '' });
  if (name === PermanentError.name) throw new PermanentError(code as PermanentCode, message);
  throw new TransientError(code as TransientCode, message);
}
