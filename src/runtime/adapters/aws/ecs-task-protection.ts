import { request } from 'node:http';
import { TransientError } from '../../domain/errors';
import { FailureCode } from '../../domain/failure-codes';
import { TaskProtection } from '../../ports/task-protection';

const TIMEOUT_MS = 5_000;
/** ECS accepts 1 minute to 48 hours. */
const MAX_MINUTES = 2880;

/**
 * Scale-in protection through the ECS agent of the task.
 *
 * ECS injects `ECS_AGENT_URI` into every container; where it is absent (a laptop, a plain container) nothing scales in, so
 * both calls do nothing. It belongs to ECS, not to our environment contract.
 */
export class EcsTaskProtection implements TaskProtection {
  constructor(private readonly agentUri: string | undefined) {}

  async protect(minutes: number): Promise<void> {
    await this.put({ ProtectionEnabled: true, ExpiresInMinutes: Math.min(Math.max(1, Math.ceil(minutes)), MAX_MINUTES) });
  }

  async release(): Promise<void> {
    await this.put({ ProtectionEnabled: false });
  }

  private async put(state: Record<string, unknown>): Promise<void> {
    if (!this.agentUri) return;
    const body = JSON.stringify(state);
    const { status, text } = await send(`${this.agentUri}/task-protection/v1/state`, body);
    // The agent answers 200 with a `failure` when ECS refuses.
    if (status !== 200 || text.includes('"failure"')) {
      throw new TransientError(FailureCode.TASK_PROTECTION, `The ECS agent answered ${status} to ${body}: ${text.slice(0, 200)}`);
    }
  }
}

function send(url: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'PUT', headers, timeout: TIMEOUT_MS }, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => { text += chunk; });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new TransientError(FailureCode.TASK_PROTECTION, `The ECS agent did not answer within ${TIMEOUT_MS} ms.`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
