import { GatewayResponses } from '../../../local/api/gateway-response';
import { readProxyResponse } from '../../../local/api/proxy-response';
import { Throttles } from '../../../local/api/throttle';

describe('API Gateway\'s own answers', () => {
  test('without gateway responses they are the default ones', () => {
    const { status, headers, body } = new GatewayResponses([]).render('UNAUTHORIZED', 'id');
    expect([status, headers['x-amzn-errortype'], body.toString()]).toEqual([401, 'UnauthorizedException', '{"message":"Unauthorized"}']);
  });

  test('a gateway response changes status, headers and body', () => {
    const responses = new GatewayResponses([{
      type: 'MISSING_AUTHENTICATION_TOKEN',
      status: 404,
      headers: { 'X-Kind': { literal: 'route' }, 'X-Request': { variable: 'context.requestId' } },
      template: '{"said":$context.error.messageString,"plain":"$context.error.message","id":"$context.requestId"}',
    }]);
    const { status, headers, body } = responses.render('MISSING_AUTHENTICATION_TOKEN', 'id-1');
    expect(status).toBe(404);
    expect(headers).toMatchObject({ 'x-kind': 'route', 'x-request': 'id-1' });
    expect(JSON.parse(body.toString())).toEqual({ said: 'Missing Authentication Token', plain: 'Missing Authentication Token', id: 'id-1' });
  });

  test('the default responses stand in for types of their class that have none', () => {
    const responses = new GatewayResponses([{ type: 'DEFAULT_5XX', headers: {}, template: 'five' }, { type: 'DEFAULT_4XX', headers: {}, template: 'four' }]);
    expect(responses.render('BAD_GATEWAY', 'id')).toMatchObject({ status: 502, body: Buffer.from('five') });
    expect(responses.render('THROTTLED', 'id')).toMatchObject({ status: 429, body: Buffer.from('four') });
  });
});

describe('a function\'s answer', () => {
  test('becomes the response, with header names in lower case', () => {
    const { status, headers, body } = readProxyResponse(JSON.stringify({ statusCode: 201, headers: { 'X-A': 1 }, multiValueHeaders: { 'Set-Cookie': ['a', 'b'] }, body: 'ok' }));
    expect([status, body.toString()]).toEqual([201, 'ok']);
    expect(headers).toEqual({ 'content-type': 'application/json', 'x-a': '1', 'set-cookie': ['a', 'b'] });
  });

  test.each<[string, string]>([
    ['is null', 'null'],
    ['is a list', '[]'],
    ['has no status', '{"body":"x"}'],
    ['has a status that is none', '{"statusCode":"many"}'],
    ['has a body that is no string', '{"statusCode":200,"body":{}}'],
    ['has an unknown field', '{"statusCode":200,"cookies":[]}'],
    ['is binary, which the API does not know', '{"statusCode":200,"body":"AA==","isBase64Encoded":true}'],
  ])('is malformed when it %s', (_, payload) => {
    expect(() => readProxyResponse(payload)).toThrow(/Malformed Lambda proxy response/);
  });
});

describe('throttling', () => {
  test('lets a burst through, then as many as the rate fills up', () => {
    let now = 0;
    const throttles = new Throttles([{ path: '/*', httpMethod: '*', rate: 2, burst: 3 }], () => now);
    const admitted = () => [1, 2, 3, 4].map(() => throttles.admits('GET', '/a'));
    expect(admitted()).toEqual([true, true, true, false]);
    now += 1000;
    expect(admitted()).toEqual([true, true, false, false]);
  });

  test('the setting of a method counts instead of the one for all', () => {
    const throttles = new Throttles([
      { path: '/*', httpMethod: '*', rate: 1, burst: 1 }, { path: '/a', httpMethod: 'GET', rate: 1, burst: 2 },
    ], () => 0);
    expect([1, 2, 3].map(() => throttles.admits('GET', '/a'))).toEqual([true, true, false]);
    expect([1, 2].map(() => throttles.admits('GET', '/b'))).toEqual([true, false]);
  });

  test('without a setting there is no limit', () => {
    expect(new Throttles([]).admits('GET', '/a')).toBe(true);
  });
});
