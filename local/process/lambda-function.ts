import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import type { FunctionDefinition } from '../template';
import { InvocationOutcome, LambdaInstance } from './lambda-instance';
import { LogFile } from './log-file';

export interface LambdaCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface LambdaFunctionOptions {
  readonly definition: FunctionDefinition;
  readonly region: string;
  /** The AWS gateway. */
  readonly awsEndpoint: string;
  /** New keys of the function's role, asked for with every process. */
  readonly credentials: () => LambdaCredentials;
  readonly bootstrapFile: string;
  readonly log: LogFile;
}

/** Lambda's limit of a synchronous request or response, bytes. */
const LAMBDA_PAYLOAD_BYTES = 6 * 1024 * 1024;
/** Processes of one function: a laptop's share of the thousand that an account has. */
const MAX_INSTANCES = 4;
/** Keys last at least this long, and Lambda recycles its processes too. */
const INSTANCE_LIFETIME_MS = 3600_000;

/** A function with its processes: started when invoked, kept for the next invocation, never shared by two at once. */
export class LambdaFunction {
  private readonly idle: LambdaInstance[] = [];
  private readonly all = new Set<LambdaInstance>();
  private readonly waiting: Array<(instance: LambdaInstance) => void> = [];
  private readonly maxInstances: number;
  /** Processes of before have old code. */
  private reloadedAt = 0;

  constructor(private readonly options: LambdaFunctionOptions) {
    this.maxInstances = Math.min(MAX_INSTANCES, options.definition.reservedConcurrency ?? MAX_INSTANCES);
  }

  get definition(): FunctionDefinition {
    return this.options.definition;
  }

  async invoke(event: unknown, requestId: string = randomUUID()): Promise<InvocationOutcome> {
    const payload = JSON.stringify(event);
    if (Buffer.byteLength(payload) > LAMBDA_PAYLOAD_BYTES) {
      return { kind: 'error', error: { errorType: 'RequestEntityTooLarge', errorMessage: `The payload exceeds ${LAMBDA_PAYLOAD_BYTES} bytes` } };
    }
    const instance = await this.acquire();
    try {
      const { definition } = this;
      const outcome = await instance.invoke({ requestId, payload, functionArn: definition.arn }, definition.timeoutSeconds * 1000);
      if (outcome.kind === 'error') this.options.log.write({ level: 'ERROR', requestId, message: 'Invoke Error', ...outcome.error });
      return limited(outcome);
    } finally {
      this.release(instance);
    }
  }

  /** The code has changed: processes that run end with their invocation, and the next one is started already. */
  reload(): void {
    this.reloadedAt = Date.now();
    this.idle.splice(0).forEach(instance => this.discard(instance));
    if (this.all.size < this.maxInstances) this.idle.push(this.start());
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map(instance => instance.stop()));
    this.all.clear();
  }

  private acquire(): Promise<LambdaInstance> {
    const instance = this.idle.pop();
    if (instance && this.usable(instance)) return Promise.resolve(instance);
    if (instance) this.discard(instance);
    if (this.all.size < this.maxInstances) return Promise.resolve(this.start());
    return new Promise(resolve => this.waiting.push(resolve));
  }

  private release(instance: LambdaInstance): void {
    const usable = this.usable(instance);
    if (!usable) this.discard(instance);
    const next = this.waiting.shift();
    if (next) next(usable ? instance : this.start());
    else if (usable) this.idle.push(instance);
  }

  private usable(instance: LambdaInstance): boolean {
    return instance.alive && instance.startedAt >= this.reloadedAt && Date.now() - instance.startedAt < INSTANCE_LIFETIME_MS;
  }

  private discard(instance: LambdaInstance): void {
    this.all.delete(instance);
    void instance.stop();
  }

  private start(): LambdaInstance {
    const { definition, bootstrapFile, log } = this.options;
    const instance = new LambdaInstance({
      bootstrapFile,
      log,
      codeDirectory: definition.codeDirectory,
      memoryMegabytes: definition.memoryMegabytes,
      environment: { ...this.lambdaEnvironment(), ...definition.environment },
    });
    this.all.add(instance);
    return instance;
  }

  /** What Lambda itself sets for every function. */
  private lambdaEnvironment(): Record<string, string> {
    const { definition, region, awsEndpoint } = this.options;
    const { accessKeyId, secretAccessKey, sessionToken } = this.options.credentials();
    return {
      PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      LAMBDA_TASK_ROOT: definition.codeDirectory,
      _HANDLER: definition.handler,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      ...sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken },
      AWS_ENDPOINT_URL: awsEndpoint,
      // Its client puts the account in front of the host, which an IP address does not allow.
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: awsEndpoint.replace('127.0.0.1', 'localhost'),
    };
  }
}

function limited(outcome: InvocationOutcome): InvocationOutcome {
  if (outcome.kind === 'error' || Buffer.byteLength(outcome.payload) <= LAMBDA_PAYLOAD_BYTES) return outcome;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${LAMBDA_PAYLOAD_BYTES} bytes).`;
  return { kind: 'error', error: { errorType: 'Function.ResponseSizeTooLarge', errorMessage } };
}
