import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { DynaliteServer } from '../../../../local/aws/dynamodb/dynalite-server';

let directory: string;
let server: DynaliteServer;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'dynalite-test-'));
  server = await DynaliteServer.start(directory);
});
afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** The event loop does nothing for so long: what a busy machine looks like from inside. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('a call over a connection that was idle for longer than Node keeps one is answered', async () => {
  expect((await server.call('ListTables', {})).status).toBe(200);
  stall(7_000);
  const calls = Array.from({ length: 8 }, () => server.call('ListTables', {}));
  expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(8).fill(200));
}, 30_000);
