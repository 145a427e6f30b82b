import * as fs from 'node:fs';
import * as path from 'node:path';
import { CognitoAuthorizer, RestApi } from './api';
import type { IssuedCredential } from './aws/credentials';
import type { EcsServiceDefinition } from './aws/ecs/ecs-service';
import { AwsGateway, GatewayOptions } from './aws/gateway';
import type { Grant, Usage } from './aws/iam';
import { wildcard } from './aws/iam/wildcard';
import type { BucketDefinition } from './aws/s3';
import { createCustomResources } from './custom-resources';
import { asDamagedState } from './damaged-state';
import { BucketOrigins, Distribution } from './edge';
import { findFreePort } from './free-port';
import { IssuedTokens, LocalIssuer, TokenOptions } from './identity';
import { bundleBootstrap, FunctionRegistry, LogFile, StateLock, taskEnvironment, WorkerService } from './process';
import {
  DistributionDefinition, readApiWebAcl, readBuckets, readCustomResources, readDistribution, readDistributionOrigins,
  readEnvironmentTemplate, readFunction, readKeyValueStores, readPrincipal, readQueues, readResourcePolicies, readRestApi, readRules,
  readSecrets, readTables, readUserPool, readWorker, TemplateEnvironment, TemplateError, WorkerDefinition,
} from './template';
import { type EnvironmentOf, LOCAL_CONNECTION_FILE, type LocalConnection, type PROCESSOR_ENVIRONMENT } from '../src/runtime/contract';

export interface LocalPlatformOptions extends Pick<GatewayOptions, 'intercept' | 'onCall' | 'now' | 'credentialTtlSeconds'> {
  /** A `cdk.out` folder. It must lie inside the repository: the worker finds its native modules in `node_modules` above it. */
  readonly assemblyDir: string;
  /** Everything that survives a restart, and the logs. */
  readonly stateDir: string;
  /** Ports of the API server, tried in this order; 0 is any free one. @default [0] */
  readonly ports?: readonly number[];
  /** Forget what earlier runs left. */
  readonly fresh?: boolean;
  /** Whether a worker runs from the start, as after a first deployment; otherwise the arrival of a source wakes it. @default true */
  readonly startWorker?: boolean;
}

export interface Endpoints {
  /** The distribution: console, `/api/*` and `/media/*`. */
  readonly api: string;
  /** S3, SQS, DynamoDB, Secrets Manager and CloudFront's keys. */
  readonly aws: string;
  /** `/.well-known/jwks.json` is below it. */
  readonly issuer: string;
}

/** Names of what the template defines, for tests and tools that look behind the API. */
export interface Resources {
  readonly region: string;
  readonly account: string;
  readonly buckets: readonly string[];
  readonly tables: readonly string[];
  readonly queueUrls: readonly string[];
}

/** What the platform keeps below its state folder. */
const OWN_STATE = ['aws', 'identity', 'logs', 'worker'];
/** Longer than any process of a function lives. */
const FUNCTION_KEY_SECONDS = 12 * 3600;
/** The caller gave up on a long poll or a read: nothing went wrong. */
const CALLER_LEFT = 499;

type Closeable = () => Promise<void> | void;

/** The whole platform on one machine, booted from the synthesized template. Listens on 127.0.0.1 only. */
export class LocalPlatform {
  /** @throws TemplateError for a template that cannot run locally; nothing is left running. */
  static async start(options: LocalPlatformOptions): Promise<LocalPlatform> {
    // Chosen first: policies name queues by their URL, and the gateway wants the policies when it starts.
    const platform = new LocalPlatform(options, await findFreePort());
    try {
      await platform.boot();
      return platform;
    } catch (error) {
      await platform.close();
      throw asDamagedState(error as Error, options.stateDir);
    }
  }

  private readonly template: TemplateEnvironment;
  private readonly logs = new Map<string, LogFile>();
  private readonly closing: Closeable[] = [];
  private gateway!: AwsGateway;
  private issuer!: LocalIssuer;
  private distribution!: Distribution;
  private functions!: FunctionRegistry;
  private lock!: StateLock;
  private workerService!: WorkerService;
  private hurry = false;
  private madeConnection?: LocalConnection;

  private constructor(private readonly options: LocalPlatformOptions, private readonly awsPort: number) {
    this.template = readEnvironmentTemplate(options.assemblyDir, { aws: () => `http://127.0.0.1:${awsPort}` });
  }

  get endpoints(): Endpoints {
    return { api: this.distribution.endpoint, aws: this.gateway.endpoint, issuer: this.issuer.endpoint };
  }

  get resources(): Resources {
    const { region, account } = this.template.main;
    return {
      region,
      account,
      buckets: readBuckets(this.template).map(({ name }) => name),
      tables: readTables(this.template).map(({ name }) => name),
      queueUrls: this.template.ofType('AWS::SQS::Queue').map(queue => queue.reference),
    };
  }

  /** Name of the API behind the distribution; which the local one answers to as well. */
  get apiHost(): string {
    return `${readRestApi(this.template).id}.execute-api.${this.template.main.region}.amazonaws.com`;
  }

  get worker(): WorkerService {
    return this.workerService;
  }

  /** The container's environment, resolved to local values. */
  get workerEnvironment(): EnvironmentOf<typeof PROCESSOR_ENVIRONMENT> {
    return readWorker(this.template).environment as EnvironmentOf<typeof PROCESSOR_ENVIRONMENT>;
  }

  /** What a developer's tools need to look inside; one key per run. */
  get connection(): LocalConnection {
    this.madeConnection ??= this.makeConnection();
    return this.madeConnection;
  }

  get workerLog(): string {
    return path.join(this.logDirectory, 'worker.log');
  }

  get logDirectory(): string {
    return path.join(this.options.stateDir, 'logs');
  }

  /** Signs a user of the viewer directory in; the same name is the same user on every run. */
  issueTokens(user: string, options?: TokenOptions): Promise<IssuedTokens> {
    return this.issuer.issueTokens(user, options);
  }

  /** Runs a function of the template, as an operator may: by a part of its logical id. */
  invokeFunction(logicalId: string, event: unknown): Promise<unknown> {
    const found = this.template.ofType('AWS::Lambda::Function').find(each => each.logicalId.includes(logicalId));
    if (!found) throw new Error(`The template holds no function whose logical id contains ${logicalId}`);
    return this.functions.invoke(found.arn, event);
  }

  /**
   * Puts files in place of a bundle's, whatever asset of the assembly they came in, and restarts what runs it: functions with their next
   * call, the worker at once (its jobs go back to the queue). State stays.
   *
   * @param bundle folder that holds the new files
   * @param was the `index.js` that they replace
   * @returns whether the platform runs that bundle
   */
  async replaceCode(bundle: string, was: Buffer): Promise<boolean> {
    const isIt = (directory: string) => fs.existsSync(path.join(directory, 'index.js')) && fs.readFileSync(path.join(directory, 'index.js')).equals(was);
    const { imageDirectory } = readWorker(this.template);
    const functions = this.template.ofType('AWS::Lambda::Function').flatMap(({ arn }) => codeOf(this.template, arn));
    const found = [...new Set([imageDirectory, ...functions])].filter(isIt);
    for (const directory of found) {
      for (const name of fs.readdirSync(bundle).filter(file => file.endsWith('.js'))) fs.copyFileSync(path.join(bundle, name), path.join(directory, name));
      this.functions.reload(directory);
    }
    if (found.includes(imageDirectory) && this.workerService.running) {
      await this.workerService.stop(true);
      this.workerService.start();
    }
    return found.length > 0;
  }

  /** Publishes the console again, from files that are new. */
  async republishConsole(site: string): Promise<void> {
    const definitions = readCustomResources(this.template).filter(({ resource }) => resource.type === 'Custom::VideoConsole');
    for (const { functionArn } of definitions) {
      const target = path.join(readFunction(this.template, functionArn).codeDirectory, 'site');
      fs.rmSync(target, { recursive: true, force: true });
      fs.cpSync(site, target, { recursive: true });
    }
    await createCustomResources(this.template, definitions, this.functions, value => this.toLocal(value));
  }

  /** Keys that no policy binds, for the demo and for tests. */
  operatorCredential(): IssuedCredential {
    return this.gateway.operatorCredential();
  }

  /** What the processes of the template did, once for each principal, action and resource. */
  usage(): readonly Usage[] {
    return this.gateway.usage();
  }

  /** Grants of the worker's and the functions' roles that nothing has needed so far. */
  unusedGrants(): readonly (Grant & { readonly principalArn: string })[] {
    const { authorizer } = this.gateway;
    return this.roleArns().flatMap(principalArn => authorizer.unusedGrants(principalArn).map(grant => ({ ...grant, principalArn })));
  }

  /**
   * Ends everything in the reverse order of its start.
   *
   * @param hurry has the worker give its jobs back to the queue; otherwise it may end those that its stop timeout allows
   */
  async close(hurry = false): Promise<void> {
    this.hurry = hurry;
    for (const close of this.closing.splice(0).reverse()) await close();
  }

  /** Ends the worker at once, whatever it is doing; `close` ends the rest. */
  kill(): void {
    this.workerService.kill();
  }

  private async boot(): Promise<void> {
    this.prepareState();
    this.closing.push(() => this.logs.forEach(log => log.close()));
    await this.startGateway();
    this.functions = new FunctionRegistry({
      region: this.template.main.region,
      awsEndpoint: this.gateway.endpoint,
      bootstrapFile: bundleBootstrap(this.options.stateDir),
      definitionOf: arn => readFunction(this.template, arn),
      credentialsOf: roleArn => this.gateway.credentials.issue(roleArn, { ttlSeconds: FUNCTION_KEY_SECONDS }),
      openLog: name => this.log(name),
    });
    this.closing.push(() => this.functions.close());
    const pool = readUserPool(this.template);
    this.issuer = await LocalIssuer.start(pool, path.join(this.options.stateDir, 'identity'));
    this.closing.push(() => this.issuer.close());
    await createCustomResources(this.template, readCustomResources(this.template), this.functions, value => this.toLocal(value));
    await this.startDistribution(await CognitoAuthorizer.create(pool, this.issuer.jwksUrl));
    this.createWorker(readWorker(this.template));
    this.announce();
  }

  /** For the command line, which finds a platform that runs by this file. */
  private announce(): void {
    const file = path.join(this.options.stateDir, LOCAL_CONNECTION_FILE);
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, `${JSON.stringify(this.connection, undefined, 2)}\n`, { mode: 0o600 });
    this.closing.push(() => fs.rmSync(file, { force: true }));
  }

  private makeConnection(): LocalConnection {
    const { accessKeyId, secretAccessKey, sessionToken } = this.operatorCredential();
    const { VIDEO_BUCKET: bucket, JOB_QUEUE_URL: queueUrl, CATALOG_TABLE: table } = this.workerEnvironment;
    const { pool, signInOrigin } = this.issuer;
    return {
      pid: process.pid,
      url: this.distribution.endpoint,
      signInOrigin,
      issuer: pool.issuer,
      userPoolId: pool.poolId,
      clientId: pool.clientIds[0],
      region: this.template.main.region,
      awsEndpoint: this.gateway.endpoint,
      accessKeyId,
      secretAccessKey,
      sessionToken,
      bucket,
      queueUrl,
      table,
      logDirectory: this.logDirectory,
    };
  }

  private prepareState(): void {
    const { stateDir, fresh } = this.options;
    this.lock = StateLock.take(stateDir);
    this.closing.push(() => this.lock.release());
    if (fresh) OWN_STATE.forEach(name => fs.rmSync(path.join(stateDir, name), { recursive: true, force: true }));
  }

  private async startGateway(): Promise<void> {
    const { stateDir, intercept, onCall, now, credentialTtlSeconds } = this.options;
    const calls = this.log('aws');
    this.gateway = await AwsGateway.start({
      stateDir: path.join(stateDir, 'aws'),
      port: this.awsPort,
      region: this.template.main.region,
      accountId: this.template.main.account,
      buckets: readBuckets(this.template).map(bucket => withLocalPages(bucket, readDistributionOrigins(this.template))),
      tables: readTables(this.template),
      queues: readQueues(this.template),
      rules: readRules(this.template),
      secrets: readSecrets(this.template),
      ecsServices: [this.ecsService()],
      keyValueStores: readKeyValueStores(this.template),
      principals: this.roleArns().map(arn => readPrincipal(this.template, arn)),
      resourcePolicies: readResourcePolicies(this.template),
      credentialTtlSeconds,
      now,
      intercept,
      invoke: (functionArn, payload) => this.functions.invoke(functionArn, payload),
      onCall: call => {
        onCall?.(call);
        // Long polls and reads would fill the log; what was refused is what one looks for.
        if (call.status >= 400 && call.status !== CALLER_LEFT) calls.write({ level: 'WARN', ...call });
      },
      onFailedDelivery: failure => calls.write({ level: 'ERROR', message: 'event not delivered', ...failure }),
    });
    this.closing.push(() => this.gateway.close());
  }

  private async startDistribution(authorizer: CognitoAuthorizer): Promise<void> {
    const definition = readRestApi(this.template);
    const log = this.log('api');
    const api = new RestApi({ definition, authorizer, policies: this.gateway.authorizer, functions: this.functions, log });
    const { cloudFront, keyValueStores, authorizer: policies, endpoint } = this.gateway;
    const { region } = this.template.main;
    const distribution = this.toLocal(this.resolveSecrets(readDistribution(this.template)));
    this.distribution = await Distribution.start({
      ports: this.options.ports ?? [0],
      api,
      apiId: definition.id,
      region,
      stage: definition.stage,
      distribution,
      buckets: new BucketOrigins({
        endpoint, region, credential: this.gateway.operatorCredential(), authorizer: policies, distributionArn: distribution?.arn ?? '',
      }),
      apiRules: this.resolveSecrets(readApiWebAcl(this.template)),
      keyOf: (keyGroupId, keyPairId) => cloudFront.keysOfGroup(keyGroupId)?.[keyPairId],
      keyValue: (storeArn, key) => keyValueStores.get(storeArn, key),
      now: this.options.now ?? (() => new Date()),
      log,
    });
    this.closing.push(() => this.distribution.close());
  }

  /** Pages call these hosts by the names that the template gives them: in their configuration and in their content security policy. */
  private toLocal<T>(value: T): T {
    if (value === undefined) return value;
    const { region } = this.template.main;
    const { signInUrl } = this.issuer.pool;
    const hosts = new Map(readBuckets(this.template).map(({ name }) => [`https://${name}.s3.${region}.amazonaws.com`, this.gateway.endpoint]));
    if (signInUrl !== undefined) hosts.set(signInUrl, this.issuer.signInOrigin);
    return JSON.parse([...hosts].reduce((text, [host, local]) => text.replaceAll(host, local), JSON.stringify(value))) as T;
  }

  /** CloudFormation's dynamic references, wherever they stand. */
  private resolveSecrets<T extends DistributionDefinition | readonly object[] | undefined>(value: T): T {
    if (value === undefined) return value;
    const resolve = (_: string, arn: string) => this.gateway.secrets.valueOf(arn);
    return JSON.parse(JSON.stringify(value).replace(/\{\{resolve:secretsmanager:(arn:[^"}]+?):SecretString:::\}\}/g, resolve)) as T;
  }

  private createWorker(definition: WorkerDefinition): void {
    const { credentials, ecsAgent, endpoint } = this.gateway;
    const { agentPath } = ecsAgent.addTask({ taskRoleArn: definition.taskRoleArn, clusterArn: definition.clusterArn });
    const workingDirectory = path.join(this.options.stateDir, 'worker');
    fs.mkdirSync(workingDirectory, { recursive: true });
    this.workerService = new WorkerService({
      imageDirectory: definition.imageDirectory,
      workingDirectory,
      stopTimeoutSeconds: definition.stopTimeoutSeconds,
      log: this.log('worker'),
      environment: taskEnvironment(definition, {
        region: this.template.main.region,
        awsEndpoint: endpoint,
        credentialsUri: endpoint + credentials.containerPath(definition.taskRoleArn),
        agentUri: endpoint + agentPath,
      }),
      onStart: pid => this.lock.add(pid),
      onExit: pid => this.lock.remove(pid),
    });
    this.closing.push(() => this.workerService.stop(this.hurry));
    if (this.startsWorker) this.workerService.start();
  }

  private get startsWorker(): boolean {
    return this.options.startWorker ?? true;
  }

  /** There is one worker or none here, however many are asked for; nothing sends it home. */
  private ecsService(): EcsServiceDefinition {
    const { serviceArn, clusterArn } = readWorker(this.template);
    return {
      arn: serviceArn,
      clusterArn,
      desiredCount: this.startsWorker ? 1 : 0,
      onDesiredCount: count => {
        if (count > 0 && !this.workerService.running) this.workerService.start();
      },
    };
  }

  /** Roles of the processes that run: the worker's, and those of the functions that the API or a rule calls. */
  private roleArns(): string[] {
    const called = [
      ...readRestApi(this.template).methods.flatMap(({ integration }) => integration.type === 'lambda' ? [integration.functionArn] : []),
      ...readCustomResources(this.template).map(({ functionArn }) => functionArn),
      ...readRules(this.template).flatMap(({ targets }) => targets.map(({ arn }) => arn).filter(arn => arn.includes(':lambda:'))),
    ];
    return [...new Set([readWorker(this.template).taskRoleArn, ...called.map(arn => readFunction(this.template, arn).roleArn)])];
  }

  private log(name: string): LogFile {
    const log = new LogFile(path.join(this.logDirectory, `${name}.log`));
    this.logs.set(name, log);
    return log;
  }
}

/** A page of this machine stands for one of the distribution, also before the bucket's CORS rules. */
function withLocalPages(bucket: BucketDefinition, origins: readonly string[]): BucketDefinition {
  return {
    ...bucket,
    corsRules: bucket.corsRules?.map(rule => {
      const fromDistribution = rule.allowedOrigins.some(pattern => origins.some(origin => wildcard(pattern).test(origin)));
      return fromDistribution ? { ...rule, allowedOrigins: [...rule.allowedOrigins, 'http://127.0.0.1:*'] } : rule;
    }),
  };
}

/** Functions whose code is no asset, such as CDK's own inline ones, do not run here. */
function codeOf(template: TemplateEnvironment, arn: string): string[] {
  try {
    return [readFunction(template, arn).codeDirectory];
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}
