import * as fs from 'node:fs';
import * as promises from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { PermanentError, TransientError } from '../../../../src/runtime/domain/errors';
import { ScratchSpace } from '../../../../src/runtime/worker/job/scratch-space';

jest.mock('node:fs/promises', () => {
  const real = jest.requireActual<typeof promises>('node:fs/promises');
  return { ...real, rm: jest.fn(real.rm) };
});

const MIB = 1024 * 1024;
let root: string;
let disk: number;
const space = (capacity: number) => new ScratchSpace(root, capacity, async () => disk);

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'scratch-test-'));
  disk = 1024 * MIB;
});
afterEach(() => fs.rmSync(root, { recursive: true }));

test('jobs share the capacity: one that does not fit beside another waits, and fits once that is gone', async () => {
  const scratch = space(100 * MIB);
  const [one, two] = [await scratch.open(), await scratch.open()];
  await one.reserve(60 * MIB);
  await expect(two.reserve(40 * MIB)).rejects.toThrow(TransientError);
  await one.close();
  await two.reserve(40 * MIB);
});

test('a job that needs more than the whole disk will never fit', async () => {
  const job = await space(100 * MIB).open();
  await job.reserve(50 * MIB);
  await expect(job.reserve(50 * MIB)).rejects.toThrow(PermanentError);
});

test('what others have filled counts, too', async () => {
  disk = 20 * MIB;
  const job = await space(100 * MIB).open();
  await expect(job.reserve(30 * MIB)).rejects.toMatchObject({ code: 'SCRATCH_FULL' });
});

test('a closed job leaves nothing, and a start clears what a killed worker left, sparing what is not a job', async () => {
  const scratch = space(100 * MIB);
  const job = await scratch.open();
  fs.writeFileSync(job.source, 'x');
  await job.close();
  expect(fs.existsSync(job.root)).toBe(false);

  const left = await scratch.open();
  fs.mkdirSync(left.output);
  fs.writeFileSync(path.join(root, '.alive'), '');
  await space(100 * MIB).prepare();
  expect(fs.readdirSync(path.join(root, 'jobs'))).toEqual([]);
  expect(fs.existsSync(path.join(root, '.alive'))).toBe(true);
});

test('a folder that cannot be removed keeps its bytes reserved, and goes as soon as it can', async () => {
  const scratch = space(100 * MIB);
  const [stuck, next] = [await scratch.open(), await scratch.open()];
  await stuck.reserve(60 * MIB);
  jest.mocked(promises.rm).mockRejectedValueOnce(Object.assign(new Error('read-only'), { code: 'EROFS' }));
  await stuck.close();
  await expect(next.reserve(40 * MIB)).rejects.toThrow(TransientError);
  await new Promise(resolve => setTimeout(resolve, 1_300));
  expect(fs.existsSync(stuck.root)).toBe(false);
  await next.reserve(40 * MIB);
});
