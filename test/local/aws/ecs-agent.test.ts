import { ACCOUNT, Platform, REGION, STRANGER, WORKER } from './support/platform';
import { RegisteredTask } from '../../../local/aws/ecs-agent';

const clusterArn = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/videos`;
let platform: Platform;
let task: RegisteredTask;
let skewMs: number;

beforeEach(async () => {
  skewMs = 0;
  platform = await Platform.start({ now: () => new Date(Date.now() + skewMs) });
  task = platform.gateway.ecsAgent.addTask({ taskRoleArn: WORKER, clusterArn });
});
afterEach(() => platform.close());

async function put(body: unknown, agentPath = task.agentPath, method = 'PUT'): Promise<{ status: number; body: Record<string, never> }> {
  const response = await fetch(`${platform.gateway.endpoint}${agentPath}/task-protection/v1/state`, { method, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() as Record<string, never> };
}

test('protection is set for the minutes that were asked for, and told to who looks', async () => {
  const before = Date.now();
  const { status, body } = await put({ ProtectionEnabled: true, ExpiresInMinutes: 10 });
  expect(status).toBe(200);
  expect(body).toEqual({ protection: { ProtectionEnabled: true, ExpirationDate: expect.any(String), TaskArn: task.taskArn } });
  const { protectionEnabled, expirationDate } = platform.gateway.ecsAgent.protection(task.taskArn);
  expect(protectionEnabled).toBe(true);
  expect(expirationDate!.getTime() - before).toBeGreaterThanOrEqual(600_000);
  expect(expirationDate!.getTime() - before).toBeLessThan(610_000);
});

test('it lasts two hours when no time is given, and then ends by itself', async () => {
  await put({ ProtectionEnabled: true });
  skewMs = 119 * 60_000;
  expect(platform.gateway.ecsAgent.protection(task.taskArn).protectionEnabled).toBe(true);
  skewMs = 121 * 60_000;
  expect(platform.gateway.ecsAgent.protection(task.taskArn)).toEqual({ protectionEnabled: false });
});

test('it can be given up', async () => {
  await put({ ProtectionEnabled: true });
  expect((await put({ ProtectionEnabled: false })).body).toEqual({
    protection: { ProtectionEnabled: false, ExpirationDate: null, TaskArn: task.taskArn },
  });
  expect(platform.gateway.ecsAgent.protection(task.taskArn).protectionEnabled).toBe(false);
});

test('a task whose role may not change protection is refused', async () => {
  const other = platform.gateway.ecsAgent.addTask({ taskRoleArn: STRANGER, clusterArn });
  const { status, body } = await put({ ProtectionEnabled: true }, other.agentPath);
  expect([status, body.error]).toEqual([400, {
    Arn: other.taskArn, Code: 'AccessDeniedException', Message: expect.stringContaining(`${STRANGER} is not authorized to perform ecs:UpdateTaskProtection`),
  }]);
  expect(platform.gateway.ecsAgent.protection(other.taskArn).protectionEnabled).toBe(false);
});

test.each<[string, unknown]>([
  ['no flag', {}],
  ['a flag that is text', { ProtectionEnabled: 'true' }],
  ['no minute', { ProtectionEnabled: true, ExpiresInMinutes: 0 }],
  ['more than two days', { ProtectionEnabled: true, ExpiresInMinutes: 2881 }],
  ['an unknown field', { ProtectionEnabled: true, ExpiresInHours: 1 }],
  ['no object', []],
])('%s is refused', async (_, body) => {
  expect((await put(body)).status).toBe(400);
  expect(platform.gateway.ecsAgent.protection(task.taskArn).protectionEnabled).toBe(false);
});

test('a task that was not started is unknown', async () => {
  expect((await put({ ProtectionEnabled: true }, '/api/none')).status).toBe(404);
});
