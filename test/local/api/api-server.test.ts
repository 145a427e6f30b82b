import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { FixtureTemplate, writeFixtureAssembly } from '../support/fixture-assembly';
import { RunningPlatform, temporaryFolder, waitFor } from '../support/running-platform';

jest.setTimeout(60_000);

/** One function for every behaviour: the query says what it should do. */
const FUNCTION = `exports.handler = async event => {
  const { does } = event.queryStringParameters ?? {};
  if (does === 'throw') throw new Error('on purpose');
  if (does === 'exit') process.exit(3);
  if (does === 'hang') await new Promise(() => setTimeout(() => undefined, 60000));
  if (does === 'malformed') return { statusCode: 200, body: { not: 'a string' } };
  if (does === 'large') return { statusCode: 200, body: 'x'.repeat(7 * 1024 * 1024) };
  return { statusCode: 200, headers: { 'X-Pid': process.pid }, body: JSON.stringify({ event, environment: process.env, cwd: process.cwd() }) };
};`;

const closedBehavior = (PathPattern: string, more: object = {}) => ({ PathPattern, TargetOriginId: 'media', ...more });

function withDistribution({ Resources }: FixtureTemplate): void {
  Resources.Stage.Properties.MethodSettings = [{ ResourcePath: '/~1api~1health', HttpMethod: 'POST', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 }];
  Resources.Door = {
    Type: 'AWS::CloudFront::Function',
    Properties: { Name: 'door', FunctionCode: 'function handler() { return { statusCode: 404, body: "nothing here" }; }' },
  };
  Resources.Headers = {
    Type: 'AWS::CloudFront::ResponseHeadersPolicy',
    Properties: {
      ResponseHeadersPolicyConfig: {
        Name: 'headers',
        SecurityHeadersConfig: {
          ContentTypeOptions: { Override: true },
          StrictTransportSecurity: { AccessControlMaxAgeSec: 100, IncludeSubdomains: true, Override: true },
        },
        CustomHeadersConfig: { Items: [{ Header: 'Content-Type', Value: 'never/used', Override: false }] },
      },
    },
  };
  Resources.Distribution = {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        Origins: [
          { Id: 'api', DomainName: { 'Fn::Sub': '${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}' }, OriginPath: '/v1' },
          { Id: 'media', DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] } },
        ],
        CacheBehaviors: [
          closedBehavior('media/signed/*', { TrustedKeyGroups: ['group'] }),
          closedBehavior('media/*'),
          {
            PathPattern: 'api/*',
            TargetOriginId: 'api',
            AllowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'],
            ResponseHeadersPolicyId: { Ref: 'Headers' },
          },
        ],
        DefaultCacheBehavior: {
          TargetOriginId: 'media', FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: { 'Fn::GetAtt': ['Door', 'FunctionARN'] } }],
        },
      },
    },
  };
}

describe('the API server', () => {
  let folder: string;
  let platform: RunningPlatform;

  beforeAll(async () => {
    folder = temporaryFolder('api-server');
    const assemblyDir = writeFixtureAssembly(path.join(folder, 'cdk.out'), { functionCode: FUNCTION, change: withDistribution });
    platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'state') });
  });

  afterAll(async () => {
    await platform?.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const call = (route: string, init?: RequestInit) => fetch(platform.api + route, init);
  const statusOf = async (route: string, init?: RequestInit) => (await call(route, init)).status;

  describe('hands a request to the function', () => {
    test('as API Gateway does: path, parameters, headers and query, once and many', async () => {
      const answer = await call('/api/health?a=1&a=2&b=%20', { headers: { 'X-Custom': 'yes' } });
      const { event } = await answer.json() as { event: Record<string, any> };
      expect(event).toMatchObject({
        resource: '/api/health',
        path: '/api/health',
        httpMethod: 'GET',
        queryStringParameters: { a: '2', b: ' ' },
        multiValueQueryStringParameters: { a: ['1', '2'], b: [' '] },
        pathParameters: null,
        body: null,
        isBase64Encoded: false,
        requestContext: { stage: 'v1', path: '/v1/api/health', resourcePath: '/api/health', identity: { sourceIp: '127.0.0.1' } },
      });
      expect(event.headers).toMatchObject({ 'X-Custom': 'yes', 'X-Forwarded-Proto': 'https' });
      expect(event.headers.Host).toBe(event.requestContext.domainName);
      expect(answer.headers.get('x-amzn-requestid')).toBe(event.requestContext.requestId);
    });

    test('with nothing in its environment but the template\'s variables and Lambda\'s own', async () => {
      const { environment, cwd } = await (await call('/api/health')).json() as { environment: Record<string, string>; cwd: string };
      const own = Object.keys(environment).filter(name => !/^(AWS_|LAMBDA_|_HANDLER$|PATH$|LANG$|TZ$)/.test(name));
      expect(own.sort()).toEqual(['LIMIT', 'VIDEO_BUCKET']);
      expect(environment).toMatchObject({ LIMIT: '5', AWS_REGION: 'us-east-1', _HANDLER: 'index.handler', AWS_ENDPOINT_URL: platform.started.endpoints.aws });
      expect(cwd).toBe(path.join(folder, 'cdk.out', 'asset.function'));
    });

    test('keeps its process for the next one', async () => {
      const pids = [await call('/api/health'), await call('/api/health')].map(answer => answer.headers.get('x-pid'));
      expect(pids[0]).toBe(pids[1]);
    });
  });

  describe('asks for a token', () => {
    const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

    test('and hands its claims on', async () => {
      const { accessToken, sub } = await platform.call('issueTokens', 'ann');
      const { event } = await (await call('/api/v-1', as(accessToken))).json() as { event: Record<string, any> };
      expect(event.pathParameters).toEqual({ videoId: 'v-1' });
      expect(event.requestContext.authorizer.claims).toMatchObject({ sub, token_use: 'access', username: 'ann', scope: 'videos/watch videos/upload' });
    });

    test('without "Bearer" too', async () => {
      const { accessToken } = await platform.call('issueTokens', 'ann');
      expect(await statusOf('/api/v-1', { headers: { authorization: accessToken } })).toBe(200);
    });

    test('refuses none, nonsense, an expired one, an identity token', async () => {
      const expired = await platform.call('issueTokens', 'ann', { lifetimeSeconds: -60 });
      const { idToken } = await platform.call('issueTokens', 'ann');
      expect(await statusOf('/api/v-1')).toBe(401);
      for (const token of ['nonsense', 'a.b.c', expired.accessToken, idToken]) expect([token, await statusOf('/api/v-1', as(token))]).toEqual([token, 401]);
    });

    test('refuses one whose content was changed, or that says it needs no signature', async () => {
      const { accessToken } = await platform.call('issueTokens', 'ann');
      const [header, payload, signature] = accessToken.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
      const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const forged = encode({ ...claims, sub: 'somebody-else' });
      expect(await statusOf('/api/v-1', as(`${header}.${forged}.${signature}`))).toBe(401);
      expect(await statusOf('/api/v-1', as(`${encode({ alg: 'none' })}.${forged}.`))).toBe(401);
    });

    test('refuses one without the scope with 403', async () => {
      const { accessToken } = await platform.call('issueTokens', 'ann', { scopes: ['videos/upload'] });
      expect(await statusOf('/api/v-1', as(accessToken))).toBe(403);
    });
  });

  describe('answers for a function that', () => {
    test.each([['throws', 'throw'], ['ends its process', 'exit'], ['answers in the wrong form', 'malformed'], ['answers too much', 'large'], ['takes longer than its timeout', 'hang']])(
      '%s with 502', async (_, does) => {
        const answer = await call(`/api/health?does=${does}`);
        expect([answer.status, await answer.text()]).toEqual([502, '{"message":"Internal server error"}']);
        expect(await statusOf('/api/health')).toBe(200);
      });

    test('is called too often with 429', async () => {
      const statuses = await Promise.all([1, 2, 3, 4, 5].map(() => statusOf('/api/health', { method: 'POST' })));
      expect(statuses).toContain(429);
      expect(statuses).toContain(200);
    });
  });

  test('takes ten megabytes and no more', async () => {
    expect(await statusOf('/api/health', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) })).toBe(413);
  });

  test('answers a preflight request itself', async () => {
    const answer = await call('/api/v-1', { method: 'OPTIONS' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://console.example.com']);
  });

  test('knows no path and no method that the template does not have', async () => {
    const answer = await call('/api/some/thing');
    expect([answer.status, await answer.text()]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(await statusOf('/api/health', { method: 'DELETE' })).toBe(403);
  });

  test('does with other paths what their behaviour says', async () => {
    expect(await (await call('/')).text()).toBe('nothing here');
    expect(await (await call('/media/signed/x')).text()).toContain('MissingKey');
    // The bucket's policy does not let this distribution read.
    expect(await statusOf('/media/x')).toBe(403);
    expect(await statusOf('/media/x', { method: 'POST' })).toBe(403);
  });

  test('adds the headers of the distribution\'s policy', async () => {
    const { headers } = await call('/api/health');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toBe('max-age=100; includeSubDomains');
    expect(headers.get('content-type')).toBe('application/json');
  });

  test('writes one line a request, without the query', async () => {
    const answer = await call('/api/health?token=secret');
    const requestId = answer.headers.get('x-amzn-requestid')!;
    const log = await waitFor(() => {
      const text = fs.readFileSync(path.join(platform.started.logDirectory, 'api.log'), 'utf8');
      return text.includes(requestId) ? text : undefined;
    });
    const line = JSON.parse(log.split('\n').find(each => each.includes(requestId))!);
    expect(line).toMatchObject({ httpMethod: 'GET', path: '/api/health', resourcePath: '/api/health', status: 200, ip: '127.0.0.1' });
    expect(log).not.toContain('secret');
  });

  test('listens on the loopback address only', async () => {
    const { hostname, port } = new URL(platform.api);
    expect(hostname).toBe('127.0.0.1');
    const other = new Promise((resolve, reject) => http.get({ host: '127.0.0.2', port, path: '/' }, resolve).once('error', reject));
    await expect(other).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the platform refuses what the template does not grant', () => {
  test('API Gateway without permission to invoke the function answers 500', async () => {
    const folder = temporaryFolder('no-permission');
    const assemblyDir = writeFixtureAssembly(path.join(folder, 'cdk.out'), { change: ({ Resources }) => { delete Resources.FunctionPermission; } });
    const platform = await RunningPlatform.start({ assemblyDir, stateDir: path.join(folder, 'state') });
    try {
      expect((await fetch(`${platform.api}/api/health`)).status).toBe(500);
      expect(fs.readFileSync(path.join(platform.started.logDirectory, 'api.log'), 'utf8')).toContain('Invalid permissions on Lambda function');
    } finally {
      await platform.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
