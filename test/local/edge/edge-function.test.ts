import { createHmac } from 'node:crypto';
import * as fs from 'node:fs';
import type { IncomingMessage } from 'node:http';
import * as path from 'node:path';
import { EdgeFunction } from '../../../local/edge/edge-function';

const request = (headers: Record<string, string> = {}) => ({
  method: 'GET',
  headers: { host: 'x', 'x-a': '1', ...headers },
  rawHeaders: ['Host', 'x', 'X-A', '1', ...Object.entries(headers).flat()],
  socket: { remoteAddress: '127.0.0.1' },
}) as unknown as IncomingMessage;

const shipped = (name: string) => fs.readFileSync(path.resolve(__dirname, '../../../assets/runtime/edge', `${name}.js`), 'utf8');

describe('a CloudFront function at the viewer\'s request', () => {
  test('may answer', async () => {
    const code = 'function handler(event) { return { statusCode: 403, headers: { "x-uri": { value: event.request.uri } }, body: "no" }; }';
    expect(await new EdgeFunction(code).onViewerRequest(request(), '/media/a', '')).toEqual({
      answer: { status: 403, headers: { 'x-uri': '/media/a' }, body: Buffer.from('no') },
    });
  });

  test('may let the request through', async () => {
    expect(await new EdgeFunction('function handler(event) { return event.request; }').onViewerRequest(request(), '/media/a', 'x=1'))
      .toEqual({ uri: '/media/a', rawHeaders: ['Host', 'x', 'X-A', '1'] });
  });

  test('may change what goes on', async () => {
    const code = 'function handler(event) { const r = event.request; r.uri = "/b"; r.headers["x-a"] = { value: "2" }; return r; }';
    expect(await new EdgeFunction(code).onViewerRequest(request(), '/a', '')).toEqual({ uri: '/b', rawHeaders: ['Host', 'x', 'x-a', '2'] });
  });

  test('keeps the cookies of a request that it lets through', async () => {
    const passed = await new EdgeFunction('function handler(event) { return event.request; }').onViewerRequest(request({ cookie: 'a=1; b=2' }), '/', '');
    expect(passed).toMatchObject({ rawHeaders: expect.arrayContaining(['cookie', 'a=1; b=2']) });
  });

  test.each([
    'typeof process', 'typeof require', 'typeof fetch', 'typeof setTimeout', 'typeof Buffer',
  ])('has no %s', async expression => {
    const code = `function handler() { return { statusCode: 200, body: ${expression} }; }`;
    expect(await new EdgeFunction(code).onViewerRequest(request(), '/', '')).toMatchObject({ answer: { body: Buffer.from('undefined') } });
  });

  test('runs no code from strings', async () => {
    const code = 'function handler() { return { statusCode: 200, body: String(eval("1 + 1")) }; }';
    await expect(new EdgeFunction(code).onViewerRequest(request(), '/', '')).rejects.toThrow(/Code generation from strings/);
  });

  test('reads its key value store, and learns when there is no such key', async () => {
    const code = 'import cf from "cloudfront";\nconst store = cf.kvs();\nasync function handler() {\n'
      + '  const missing = await store.get("b").catch(() => "missing");\n  return { statusCode: 200, body: await store.get("a") + missing };\n}';
    const passed = await new EdgeFunction(code, key => (key === 'a' ? 'one ' : undefined)).onViewerRequest(request(), '/', '');
    expect(passed).toMatchObject({ answer: { body: Buffer.from('one missing') } });
  });
});

describe('the shipped functions', () => {
  const videoId = '0f0e0d0c-0000-4000-8000-000000000000';
  const inAnHour = Math.floor(Date.now() / 1000 + 3600).toString(36);
  const tokenFor = (video: string, expiry = inAnHour, key = 'secret') =>
    `k1.${expiry}.${createHmac('sha256', key).update(`${video} ${expiry}`).digest('base64url')}`;

  test('are small enough for CloudFront', () => {
    const folder = path.resolve(__dirname, '../../../assets/runtime/edge');
    for (const name of fs.readdirSync(folder)) expect([name, fs.statSync(path.join(folder, name)).size < 10_240]).toEqual([name, true]);
  });

  test('take a valid token out of the path', async () => {
    const edge = new EdgeFunction(shipped('media-token'), key => (key === 'k1' ? 'secret' : undefined));
    expect(await edge.onViewerRequest(request(), `/media/t/${tokenFor(videoId)}/${videoId}/7/360p.m3u8`, '')).toMatchObject({ uri: `/media/${videoId}/7/360p.m3u8` });
  });

  test.each([
    ['another key', tokenFor(videoId, inAnHour, 'other'), 'TOKEN_INVALID'],
    ['another video', tokenFor('1f0e0d0c-0000-4000-8000-000000000000'), 'TOKEN_INVALID'],
    ['a time that has passed', tokenFor(videoId, Math.floor(Date.now() / 1000 - 1).toString(36)), 'TOKEN_EXPIRED'],
    ['a key that is gone', tokenFor(videoId).replace('k1', 'k0'), 'TOKEN_KEY_UNKNOWN'],
    ['no signature', `k1.${inAnHour}.`, 'TOKEN_MALFORMED'],
    ['a short signature', tokenFor(videoId).slice(0, -1), 'TOKEN_MALFORMED'],
  ])('refuse a token of %s', async (_, token, code) => {
    const edge = new EdgeFunction(shipped('media-token'), key => (key === 'k1' ? 'secret' : undefined));
    const passed = await edge.onViewerRequest(request(), `/media/t/${token}/${videoId}/7/360p.m3u8`, '');
    expect('answer' in passed && [passed.answer.status, JSON.parse(passed.answer.body.toString()).code]).toEqual([403, code]);
  });
});
