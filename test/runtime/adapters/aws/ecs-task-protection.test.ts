import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { EcsTaskProtection } from '../../../../src/runtime/adapters/aws/ecs-task-protection';

let server: Server;
let uri: string;
let requests: Array<{ method?: string; url?: string; body: string }>;
let answer: { status: number; body: string };

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => { body += String(chunk); }).on('end', () => {
      requests.push({ method: request.method, url: request.url, body });
      response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/task-id`;
});
afterAll(() => server.close());
beforeEach(() => {
  requests = [];
  answer = { status: 200, body: '{"protection":{"ProtectionEnabled":true}}' };
});

test('protects and releases by the agent of the task', async () => {
  const protection = new EcsTaskProtection(uri);
  await protection.protect(4.2);
  await protection.release();
  expect(requests).toEqual([
    { method: 'PUT', url: '/api/task-id/task-protection/v1/state', body: '{"ProtectionEnabled":true,"ExpiresInMinutes":5}' },
    { method: 'PUT', url: '/api/task-id/task-protection/v1/state', body: '{"ProtectionEnabled":false}' },
  ]);
});

test('stays within what ECS accepts', async () => {
  const protection = new EcsTaskProtection(uri);
  await protection.protect(0);
  await protection.protect(100_000);
  expect(requests.map(({ body }) => JSON.parse(body).ExpiresInMinutes)).toEqual([1, 2880]);
});

test('does nothing outside ECS', async () => {
  const protection = new EcsTaskProtection(undefined);
  await protection.protect(1);
  await protection.release();
  expect(requests).toEqual([]);
});

test.each([
  ['an error', { status: 400, body: '{"error":{"Code":"AccessDeniedException"}}' }],
  ['a failure inside a 200', { status: 200, body: '{"failure":{"Reason":"DEPLOYMENT_BLOCKED"}}' }],
])('tells its caller of %s', async (_what, given) => {
  answer = given;
  await expect(new EcsTaskProtection(uri).protect(1)).rejects.toMatchObject({ code: 'TASK_PROTECTION' });
});
