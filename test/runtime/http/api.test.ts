import * as v from 'valibot';
import { apiEvent, bodyOf, EventOptions } from './api-event';
import { RecordedLogger, RecordedMetrics } from './recorded-telemetry';
import { ROUTES } from '../../../src/runtime/contract';
import { PermanentError, TransientError } from '../../../src/runtime/domain/errors';
import { FailureCode } from '../../../src/runtime/domain/failure-codes';
import { Api, RouteContext, RouteTable } from '../../../src/runtime/http/api';
import { MAX_BODY_BYTES, readJsonBody } from '../../../src/runtime/http/body';
import { CorsPolicy } from '../../../src/runtime/http/cors';
import { readQuery } from '../../../src/runtime/http/query';
import { ok } from '../../../src/runtime/http/response';

const SCHEMA = v.strictObject({ name: v.pipe(v.string(), v.maxLength(5)), more: v.optional(v.strictObject({ count: v.number() })) });
const logger = new RecordedLogger();
const metrics = new RecordedMetrics();
let outcome: (context: RouteContext) => unknown;

beforeEach(() => {
  logger.lines.length = 0;
  outcome = () => ({ done: true });
});

function api(origins: string[] = []): Api<'uploader'> {
  const routes: RouteTable<'uploader'> = {
    createUpload: async context => ok(await outcome(context) as object),
    getUpload: async () => ok({}),
    abortUpload: async () => ok({}),
    signParts: async () => ok({}),
    listParts: async () => ok({}),
    completeUpload: async () => ok({}),
    uploaderHealth: async () => ok({ status: 'ok' }),
  };
  return new Api({ routes, cors: CorsPolicy.fromEnvironment(origins), logger, metrics });
}

function post(options: EventOptions = {}, origins?: string[]) {
  return api(origins).handle(apiEvent(ROUTES.createUpload, options));
}

describe('routing', () => {
  test('finds the route by method and resource and hands over the token’s subject', async () => {
    outcome = ({ userId }) => ({ userId });
    const result = await post({ userId: 'user-7' });
    expect(result.statusCode).toBe(200);
    expect(bodyOf(result)).toEqual({ userId: 'user-7' });
  });

  test.each([
    ['another method', { ...ROUTES.createUpload, method: 'GET' as const }],
    ['another address', { ...ROUTES.createUpload, path: '/api/uploader/other' }],
    ['a route of the other service', ROUTES.listVideos],
    ['a name that every object has', { ...ROUTES.createUpload, path: 'constructor' }],
  ])('answers 404 to %s', async (_what, route) => {
    const result = await api().handle(apiEvent(route));
    expect(result.statusCode).toBe(404);
    expect(bodyOf(result).code).toBe('ROUTE_NOT_FOUND');
  });

  test('health needs no token', async () => {
    expect((await api().handle(apiEvent(ROUTES.uploaderHealth, { userId: null }))).statusCode).toBe(200);
  });
});

describe('authorization, behind the gateway’s own', () => {
  test.each([
    ['no token', { userId: null }, 401],
    ['an ID token', { claims: { token_use: 'id' } }, 401],
    ['a token that does not say its use', { claims: { token_use: undefined } }, 401],
    ['a token without a subject', { claims: { sub: undefined } }, 401],
    ['a subject with spaces and control characters', { claims: { sub: 'a\r\nb' } }, 401],
    ['a token without the route’s scope', { claims: { scope: 'videos/watch' } }, 403],
    ['a scope that only starts like the route’s', { claims: { scope: 'videos/uploads xvideos/upload' } }, 403],
    ['scopes in another shape', { claims: { scope: ['videos/upload'] } }, 403],
  ])('%s is refused before the route runs', async (_what, options, status) => {
    outcome = () => {
      throw new Error('must not run');
    };
    expect((await post(options)).statusCode).toBe(status);
  });
});

describe('answers', () => {
  test('a problem document says everything that RFC 9457 asks for and nothing of the inside', async () => {
    outcome = () => {
      throw new PermanentError(FailureCode.ACCESS_OR_CONFIGURATION, 'secret table name');
    };
    const result = await post({ headers: { 'x-correlation-id': 'c-1' } });
    expect(result.headers?.['Content-Type']).toBe('application/problem+json');
    expect(bodyOf(result)).toEqual({
      type: 'urn:video-platform:problem:internal', title: 'Internal error', status: 500, code: 'INTERNAL', correlationId: 'c-1', detail: expect.any(String),
    });
    expect(result.body).not.toMatch(/secret| at |CATALOG/);
    expect(logger.lines.find(({ level }) => level === 'ERROR')).toMatchObject({ correlationId: 'c-1', error: expect.any(PermanentError) });
  });

  test.each([
    ['a throttled catalog', new TransientError(FailureCode.CATALOG_THROTTLED, 'x'), 429],
    ['a passing fault', new TransientError(FailureCode.SERVICE_UNAVAILABLE, 'x'), 503],
  ])('%s tells the caller to come back', async (_what, error, status) => {
    outcome = () => {
      throw error;
    };
    const result = await post();
    expect(result.statusCode).toBe(status);
    expect(result.headers?.['Retry-After']).toBe('1');
  });

  test('even something thrown that is no error becomes a problem', async () => {
    outcome = () => Promise.reject(undefined);
    expect((await post()).statusCode).toBe(500);
  });

  test('are never kept by caches and never sniffed', async () => {
    expect((await post()).headers).toMatchObject({ 'Cache-Control': 'private, no-store', 'X-Content-Type-Options': 'nosniff' });
  });
});

describe('the correlation id', () => {
  test('is taken from the caller, whatever the header’s case, and is on every line and in the answer', async () => {
    const result = await post({ headers: { 'x-CORRELATION-id': 'Req:1.2_3-4' } });
    expect(result.headers?.['X-Correlation-ID']).toBe('Req:1.2_3-4');
    expect(logger.lines.length).toBeGreaterThan(0);
    expect(logger.lines.every(({ correlationId }) => correlationId === 'Req:1.2_3-4')).toBe(true);
  });

  test.each([['', 'x'.repeat(129), 'a b', 'a\r\nSet-Cookie: x', 'ä', '<script>', '"']].flat())('is replaced when it is %j', async id => {
    const result = await post({ headers: { 'X-Correlation-ID': id } });
    expect(result.headers?.['X-Correlation-ID']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is made when there is none, differently each time', async () => {
    const ids = await Promise.all([1, 2].map(async () => (await post()).headers?.['X-Correlation-ID']));
    expect(new Set(ids).size).toBe(2);
  });
});

describe('logs', () => {
  test('hold neither query string, path, token, address nor body', async () => {
    outcome = ({ request }) => readQuery(request, []);
    await post({ query: { email: 'someone@example.com' }, body: { name: 'Jane' }, userId: 'user-secret' });
    expect(JSON.stringify(logger.lines)).not.toMatch(/someone|Jane|user-secret|203\.0\.113/);
    expect(logger.lines.at(-1)).toMatchObject({ message: 'The request was answered', status: 400, method: 'POST', resource: '/api/uploader/upload' });
  });

  test('metrics are flushed with each request', async () => {
    const before = metrics.flushes;
    await post();
    expect(metrics.flushes).toBe(before + 1);
  });
});

describe('bodies', () => {
  beforeEach(() => {
    outcome = ({ request }) => readJsonBody(request, SCHEMA);
  });

  test('are read against the schema', async () => {
    expect(bodyOf(await post({ body: { name: 'ok', more: { count: 1 } } }))).toEqual({ name: 'ok', more: { count: 1 } });
  });

  test('may come in base64', async () => {
    const event = { ...apiEvent(ROUTES.createUpload, { body: '' }), body: Buffer.from('{"name":"é"}').toString('base64'), isBase64Encoded: true };
    expect(bodyOf(await api().handle(event))).toEqual({ name: 'é' });
  });

  test.each([
    ['no body', {}, 400],
    ['an empty body', { body: '' }, 400],
    ['what is no JSON', { body: 'name=x' }, 400],
    ['null', { body: 'null' }, 400],
    ['an array', { body: '[]' }, 400],
    ['a duplicate key', { body: '{"name":"a","name":"b"}' }, 400],
    ['__proto__', { body: '{"name":"a","__proto__":{}}' }, 400],
    ['nesting', { body: '['.repeat(5000) }, 400],
    ['a field too many', { body: { name: 'a', ownerId: 'me' } }, 400],
    ['a field too many below', { body: { name: 'a', more: { count: 1, x: 1 } } }, 400],
    ['a field of another type', { body: { name: 5 } }, 400],
    ['another media type', { body: { name: 'a' }, headers: { 'content-type': 'text/plain' } }, 415],
    ['no media type', { body: { name: 'a' }, headers: { 'content-type': '' } }, 415],
    ['a body above the cap', { body: { name: 'x'.repeat(MAX_BODY_BYTES) } }, 413],
    ['7 MB', { body: 'x'.repeat(7_000_000) }, 413],
  ])('%s is refused', async (_what, options: EventOptions, status) => {
    const result = await post(options);
    expect(result.statusCode).toBe(status);
    expect(bodyOf(result)).toMatchObject({ status, code: expect.stringMatching(/^BODY_/) });
  });

  test('the problem names the field', async () => {
    expect(bodyOf(await post({ body: { name: 'a', more: { count: 'x' } } })).detail).toMatch(/"more\.count"/);
    expect(bodyOf(await post({ body: { name: 'a', status: 'READY' } })).detail).toMatch(/"status" is not valid: unknown field/);
  });

  test('bytes that are no UTF-8 are refused', async () => {
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]).toString('base64');
    expect((await api().handle({ ...apiEvent(ROUTES.createUpload, { body: '' }), body, isBase64Encoded: true })).statusCode).toBe(400);
  });
});

describe('queries', () => {
  beforeEach(() => {
    outcome = ({ request }) => readQuery(request, ['limit', 'cursor']);
  });

  test('give the parameters that the route knows', async () => {
    expect(bodyOf(await post({ query: { limit: '5' } }))).toEqual({ limit: '5' });
    expect(bodyOf(await post())).toEqual({});
  });

  test.each([
    ['an unknown one', { limit: '5', offset: '3' }],
    ['the same one twice', { limit: ['5', '6'] }],
    ['a name that every object has', { constructor: 'x' }],
    ['__proto__', JSON.parse('{"__proto__":"x"}') as Record<string, string>],
  ])('%s is refused', async (_what, query) => {
    expect((await post({ query })).statusCode).toBe(400);
  });
});

describe('other origins', () => {
  const origin = 'https://app.example.com';

  test('get no grant unless they are listed', async () => {
    expect((await post({ headers: { Origin: origin } })).headers).not.toHaveProperty('Access-Control-Allow-Origin');
    expect((await post({ headers: { Origin: 'https://evil.example' } }, [origin])).headers).not.toHaveProperty('Access-Control-Allow-Origin');
    expect((await post({ headers: { Origin: `${origin}.evil.example` } }, [origin])).headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  test('that are listed may read the answer and its correlation id, problems included', async () => {
    const granted = { 'Access-Control-Allow-Origin': origin, Vary: 'Origin', 'Access-Control-Expose-Headers': 'X-Correlation-ID' };
    expect((await post({ headers: { origin } }, [origin])).headers).toMatchObject(granted);
    expect((await post({ headers: { origin }, userId: null }, [origin])).headers).toMatchObject(granted);
    expect((await post({ headers: { origin } }, [origin])).headers).not.toHaveProperty('Access-Control-Allow-Credentials');
  });

  test.each([['https://a.example/'], ['a.example'], [7], ['null'], ['*']])('a list with %p does not start', entry => {
    expect(() => CorsPolicy.fromEnvironment([entry])).toThrow(/ALLOWED_ORIGINS must be a JSON array of origins/);
  });
});
