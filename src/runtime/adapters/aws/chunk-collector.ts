import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collect garbage after this many bytes. */
const STEP_BYTES = 4 * 1024 * 1024;

type CollectGarbage = (options: { readonly type: 'minor' }) => void;
let collectGarbage: CollectGarbage | undefined;

/**
 * Has the dead chunks of a transfer collected as it goes. V8 lets some 30 MB of them pile up before it looks, and the process keeps
 * that for good: 99 MB instead of 75 for a worker that downloads, whatever the size (measured at 400 MB, processor time unchanged).
 *
 * @returns to be called with the bytes transferred so far
 */
export function chunkCollector(): (bytes: number) => void {
  collectGarbage ??= exposeCollector();
  let collected = 0;
  return bytes => {
    if (bytes - collected < STEP_BYTES) return;
    collected = bytes;
    collectGarbage?.({ type: 'minor' });
  };
}

function exposeCollector(): CollectGarbage {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as CollectGarbage;
}
