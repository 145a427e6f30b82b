/** `npm run dev` in a copy of the checkout: what is saved is live, what is broken says why and changes nothing, and state stays. */
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { REPOSITORY } from './support';
import { findFreePort } from '../../local/free-port';
import { temporaryFolder, waitFor } from '../local/support/running-platform';

jest.setTimeout(600_000);

const COPIED = [
  'src', 'local', 'projenrc', 'examples/minimal', 'assets', '.projen', '.projenrc.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.dev.json', 'LICENSE',
];
const PATIENCE_MS = 120_000;

describe('npm run dev', () => {
  let copy: string;
  let child: ChildProcess;
  let said = '';
  let url: string;
  const file = (name: string) => path.join(copy, name);
  const edit = (name: string, from: RegExp | string, to: string) => {
    const before = fs.readFileSync(file(name), 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    fs.writeFileSync(file(name), after);
  };
  const health = async () => (await fetch(`${url}/api/uploader/health`)).text();
  const consoleScripts = async () => {
    const page = await (await fetch(url)).text();
    const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(async ([, name]) => (await fetch(new URL(name, url))).text());
    return (await Promise.all(scripts)).join('\n');
  };
  const says = (pattern: RegExp, from: number) => waitFor(() => pattern.exec(said.slice(from)) ?? undefined, PATIENCE_MS);

  beforeAll(async () => {
    copy = temporaryFolder('dev');
    for (const name of COPIED) fs.cpSync(path.join(REPOSITORY, name), file(name), { recursive: true, filter: source => path.basename(source) !== 'cdk.out' });
    fs.symlinkSync(path.join(REPOSITORY, 'node_modules'), file('node_modules'));
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    child = spawn(process.execPath, ['--import', 'tsx', 'local/dev.ts', '--port', String(port)], {
      cwd: copy, env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' }, stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', chunk => { said += chunk; });
    await says(/A change below src/, 0);
  });

  afterAll(async () => {
    if (child.exitCode === null) {
      const ended = new Promise(resolve => child.once('close', resolve));
      child.kill('SIGINT');
      await ended;
    }
    fs.rmSync(copy, { recursive: true, force: true });
  });

  test('the console is live when it is saved, from the first moment on; one that does not build says why', async () => {
    const strings = 'src/runtime/console/strings.ts';
    const saved = performance.now();
    edit(strings, /back: 'Library'/, "back: 'To the library'");
    await says(/console is live: reload the page/, 0);
    process.stdout.write(`the console: ${((performance.now() - saved) / 1000).toFixed(1)} s from saved to published\n`);
    expect(await consoleScripts()).toContain('To the library');

    let from = said.length;
    edit(strings, /$/, 'const broken: = ;\n');
    await says(/Not live, the last good state goes on: [^]*strings\.ts/, from);
    expect(await consoleScripts()).toContain('To the library');
    from = said.length;
    edit(strings, 'const broken: = ;\n', '');
    await says(/console is live/, from);
  });

  test('a handler is live when it is saved, also when it is saved again', async () => {
    for (const word of ['fine', 'well']) {
      const saved = performance.now();
      edit('src/runtime/uploader/routes.ts', /uploaderHealth: async \(\) => ok\(\{ status: '\w+'/, `uploaderHealth: async () => ok({ status: '${word}'`);
      for (const until = Date.now() + PATIENCE_MS; Date.now() < until && !(await health()).includes(word);) {
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      process.stdout.write(`a handler: ${((performance.now() - saved) / 1000).toFixed(1)} s from saved to answered\n`);
      expect(await health()).toContain(word);
    }
  });

  test('one that does not build says why, and the last one goes on', async () => {
    const from = said.length;
    edit('src/runtime/uploader/routes.ts', /$/, 'const broken: = ;\n');
    await says(/Not live, the last good state goes on: Build failed[^]*routes\.ts:\d+:\d+: ERROR: Unexpected "="/, from);
    expect(await health()).toContain('well');
    edit('src/runtime/uploader/routes.ts', 'const broken: = ;\n', '');
  });

  test('the worker restarts with the new code', async () => {
    const from = said.length;
    edit('src/runtime/worker/main.ts', 'The worker could not run', 'The worker did not run');
    await says(/processor is live after/, from);
  });

  test('a construct that throws says why; one that changes the template is live, with the state of before', async () => {
    const bucket = 'src/constructs/storage/video-bucket.ts';
    const good = fs.readFileSync(file(bucket), 'utf8');
    let from = said.length;
    edit(bucket, /maxAge: 3600,/, "maxAge: (() => { throw new Error('on purpose'); })(),");
    await says(/Not live, the last good state goes on: examples\/minimal does not synthesize[^]*on purpose/, from);
    expect(await health()).toContain('well');
    const key = fs.readFileSync(file('.local/minimal/identity/signing-key.json'), 'utf8');
    from = said.length;
    fs.writeFileSync(file(bucket), good.replace('maxAge: 3600,', 'maxAge: 3601,'));
    await says(/The template is live after/, from);
    expect(await health()).toContain('well');
    expect(fs.readFileSync(file('.local/minimal/identity/signing-key.json'), 'utf8')).toBe(key);
  });
});
