import { randomBytes } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { JsonObject, parseJsonObject, readBody, sendJson, ServiceError } from './http-json';
import { AccessDenied, Authorizer, Now } from './types';

export interface EcsTask {
  /** Role of the task: the agent changes protection with the task's own permissions. */
  readonly taskRoleArn: string;
  readonly clusterArn: string;
}

export interface RegisteredTask {
  readonly taskArn: string;
  /** Path of the agent for this task: `ECS_AGENT_URI` without the endpoint. */
  readonly agentPath: string;
}

export interface TaskProtection {
  readonly protectionEnabled: boolean;
  readonly expirationDate?: Date;
}

export interface EcsAgentOptions {
  readonly authorizer: Authorizer;
  readonly now?: Now;
}

const STATE_PATH = /^\/api\/([\w-]+)\/task-protection\/v1\/state$/;
/** ECS protects for two hours when not told, and for two days at most. */
const DEFAULT_MINUTES = 120;
const MAX_MINUTES = 2880;

interface TaskState extends EcsTask {
  readonly taskArn: string;
  protectedUntil?: Date;
}

/** The task-protection endpoint that the ECS agent offers inside a task. */
export class EcsAgent {
  static serves(url: string | undefined): boolean {
    return STATE_PATH.test(url ?? '');
  }

  private readonly tasks = new Map<string, TaskState>();
  private readonly now: Now;

  constructor(private readonly options: EcsAgentOptions) {
    this.now = options.now ?? (() => new Date());
  }

  /** Starts a task as far as the agent is concerned. */
  addTask(task: EcsTask): RegisteredTask {
    const id = randomBytes(16).toString('hex');
    const taskArn = `${task.clusterArn.replace(':cluster/', ':task/')}/${id}`;
    this.tasks.set(id, { ...task, taskArn });
    return { taskArn, agentPath: `/api/${id}` };
  }

  /** What scale-in and deployments would see of the task at this moment. */
  protection(taskArn: string): TaskProtection {
    const task = [...this.tasks.values()].find(each => each.taskArn === taskArn);
    if (!task) throw new Error(`ECS agent: no task ${taskArn} was started`);
    return this.stateOf(task);
  }

  /** Answers GET and PUT of `/api/<id>/task-protection/v1/state`. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const task = this.tasks.get(STATE_PATH.exec(request.url ?? '')?.[1] ?? '');
    if (!task) return sendError(response, 404, undefined, 'TaskNotFoundException', 'no such task on this agent');
    try {
      if (request.method === 'PUT') this.update(task, parseJsonObject(await readBody(request)));
      else if (request.method === 'GET') this.authorize(task, 'ecs:GetTaskProtection');
      else throw new ServiceError('InvalidRequest', `use GET or PUT, received ${request.method}`, 405);
      sendJson(response, 200, { protection: render(task.taskArn, this.stateOf(task)) });
    } catch (error) {
      if (error instanceof AccessDenied) return sendError(response, 400, task.taskArn, 'AccessDeniedException', error.message);
      if (error instanceof ServiceError) return sendError(response, error.status, task.taskArn, error.code, error.message);
      throw error;
    }
  }

  private update(task: TaskState, input: JsonObject): void {
    const { ProtectionEnabled: enabled, ExpiresInMinutes: minutes = DEFAULT_MINUTES, ...unknown } = input;
    const invalid = (problem: string) => new ServiceError('InvalidParameterException', problem);
    if (Object.keys(unknown).length > 0) throw invalid(`unknown field ${Object.keys(unknown).join(', ')}`);
    if (typeof enabled !== 'boolean') throw invalid(`ProtectionEnabled must be a boolean, received ${JSON.stringify(enabled)}`);
    if (typeof minutes !== 'number' || !Number.isInteger(minutes) || minutes < 1 || minutes > MAX_MINUTES) {
      throw invalid(`ExpiresInMinutes must be a whole number from 1 to ${MAX_MINUTES}, received ${JSON.stringify(minutes)}`);
    }
    this.authorize(task, 'ecs:UpdateTaskProtection');
    task.protectedUntil = enabled ? new Date(this.now().getTime() + minutes * 60_000) : undefined;
  }

  private authorize(task: TaskState, action: string): void {
    const caller = { accessKeyId: 'ecs-agent', principalArn: task.taskRoleArn };
    this.options.authorizer.authorize(caller, action, task.taskArn, { 'ecs:cluster': task.clusterArn });
  }

  private stateOf(task: TaskState): TaskProtection {
    const active = task.protectedUntil !== undefined && task.protectedUntil > this.now();
    return active ? { protectionEnabled: true, expirationDate: task.protectedUntil } : { protectionEnabled: false };
  }
}

function render(taskArn: string, state: TaskProtection): JsonObject {
  return { ProtectionEnabled: state.protectionEnabled, ExpirationDate: state.expirationDate?.toISOString() ?? null, TaskArn: taskArn };
}

function sendError(response: ServerResponse, status: number, taskArn: string | undefined, code: string, message: string): void {
  sendJson(response, status, { error: { Arn: taskArn ?? null, Code: code, Message: message } });
}
