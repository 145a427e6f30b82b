/** Third-party clients do what a developer does. One that is not installed is skipped by name. */
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { Upload } from '@aws-sdk/lib-storage';
import { Client, CLIENTS, OPERATIONS } from './clients';
import { toolEnvironment } from '../../../src/runtime/contract';
import { BUCKET, Platform, REGION, TABLE } from '../aws/support/platform';

const PAGE = path.resolve(__dirname, '../../../docs/local-platform.md');

/** Settings of the machine that speak of AWS would be the client's, not ours. */
const CLEAN = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')));

/** The first program of that name on the path that answers with the right version; several AWS CLIs may stand there. */
function find({ find: script }: Client): { readonly program: string; readonly version: string } | undefined {
  const programs = (process.env.PATH ?? '').split(':').map(folder => path.join(folder, 'aws')).filter(file => fs.existsSync(file));
  for (const program of script.includes('$CLIENT') ? programs : ['']) {
    const { status, stdout } = spawnSync('bash', ['-c', `set -o pipefail; ${script}`], { encoding: 'utf8', env: { ...CLEAN, CLIENT: program } });
    if (status === 0) return { program, version: stdout.trim() };
  }
  return undefined;
}

describe.each(CLIENTS)('$name', client => {
  const found = find(client);
  if (!found) {
    // Said in the report, by name.
    test.skip(`is not installed (${client.install})`, () => undefined);
    return;
  }

  let platform: Platform;
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    platform = await Platform.start();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clients-'));
    fs.writeFileSync(path.join(folder, 'small'), 'small\n');
    const big = randomBytes(9_000_000);
    fs.writeFileSync(path.join(folder, 'big'), big);
    const s3 = platform.s3();
    for (const [Key, Body] of [['given/small', Buffer.from('small\n')], ['given/big', big]] as const) {
      await new Upload({ client: s3, params: { Bucket: BUCKET, Key, Body }, partSize: 5 * 1024 * 1024 }).done();
    }
    const { accessKeyId, secretAccessKey } = platform.gateway.operatorCredential();
    environment = {
      ...CLEAN,
      ...toolEnvironment({
        awsEndpoint: platform.gateway.endpoint, region: REGION, accessKeyId, secretAccessKey, bucket: BUCKET, queueUrl: platform.jobsUrl, table: TABLE,
      }),
      CLIENT: found.program,
      AWS_PAGER: '',
      HOME: folder,
    };
  });
  afterAll(async () => {
    await platform.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  test.each(OPERATIONS.filter(operation => client.scripts[operation] !== undefined))(`%s (${found.version})`, async operation => {
    await promisify(execFile)('bash', ['-o', 'pipefail', '-ec', client.scripts[operation]!], { cwd: folder, env: environment });
  });
});

test('the table of docs/local-platform.md says what is tested here', () => {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    row(['', ...CLIENTS.map(({ name }) => name)]),
    row(['---', ...CLIENTS.map(() => ':-:')]),
    ...OPERATIONS.map(operation => row([operation, ...CLIENTS.map(({ scripts }) => scripts[operation] === undefined ? '–' : '✓')])),
  ].join('\n');
  if (process.env.UPDATE_CLIENTS) {
    const page = fs.readFileSync(PAGE, 'utf8');
    fs.writeFileSync(PAGE, page.replace(/<!-- clients -->\n[^]*<!-- \/clients -->/, `<!-- clients -->\n${table}\n<!-- /clients -->`));
  }
  expect(fs.readFileSync(PAGE, 'utf8')).toContain(table);
});
