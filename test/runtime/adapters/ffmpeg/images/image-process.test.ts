import { askImageProcess } from '../../../../../src/runtime/adapters/ffmpeg/images/image-process';
import { PermanentError, RejectedError, TransientError } from '../../../../../src/runtime/domain/errors';
import { FailureCode } from '../../../../../src/runtime/domain/failure-codes';

/** A child that runs this script; `request` holds what it was asked. */
const child = (script: string) => [process.execPath, '-e',
  `process.stdin.on('end', () => process.exit(1)).once('data', data => { const request = JSON.parse(data); ${script} });`];
const answering = (answer: string) => child(`process.stdout.write(JSON.stringify(${answer}), () => process.exit(0));`);
const never = new AbortController().signal;
const ask = (command: readonly string[], signal = never) => askImageProcess(command, { kind: 'versions' }, signal);

test('the child answers what it was asked', async () => {
  expect(await ask(answering('{ result: request.kind }'))).toBe('versions');
});

test('the child gets no credentials', async () => {
  process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = 'http://127.0.0.1/credentials';
  const names = await ask(answering('{ result: Object.keys(process.env) }')) as string[];
  delete process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
  expect(names.filter(name => name.startsWith('AWS'))).toEqual([]);
});

test.each([
  ['RejectedError', RejectedError], ['PermanentError', PermanentError], ['TransientError', TransientError], ['Error', TransientError],
])('its %s is thrown here', async (name, kind) => {
  const failing = ask(answering(`{ failure: { name: '${name}', code: 'X', message: 'it failed' } }`));
  await expect(failing).rejects.toThrow(kind);
  await expect(failing).rejects.toMatchObject({ code: 'X', message: 'it failed' });
});

test('a child that is killed may be tried again', async () => {
  await expect(ask(child('process.kill(process.pid, "SIGKILL");'))).rejects.toMatchObject({ code: 'TOOL_KILLED', retryable: true });
});

test('an aborted job kills it, and throws its own reason', async () => {
  const abort = new AbortController();
  const asking = ask(child(''), abort.signal);
  setTimeout(() => abort.abort(new TransientError(FailureCode.STALLED, 'too long')), 100);
  await expect(asking).rejects.toMatchObject({ code: 'STALLED' });
});
