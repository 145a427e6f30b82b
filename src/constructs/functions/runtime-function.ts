import * as fs from 'fs';
import * as path from 'path';
import { Duration, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiFunctionProps } from './api-function-props';
import { EnvironmentOf, EnvironmentSpec, isLogLevel, LOG_LEVELS } from '../../runtime/contract';
import { originRule } from '../shared/allowed-origins';
import { createEncryptedLogGroup } from '../shared/encrypted-log-group';
import { ServiceRole } from '../shared/service-role';
import { known, validateRules } from '../shared/validation';

/** The package's root: this file is at the same depth in `src/` and in `lib/`. */
const RUNTIME_ASSETS = path.resolve(__dirname, '..', '..', '..', 'assets', 'runtime');

/** Variables that every handler reads. */
type CommonEnvironment = Record<'METRICS_NAMESPACE' | 'LOG_LEVEL' | 'ALLOWED_ORIGINS', string>;

/** What any function of this library may be told. */
export type RuntimeFunctionProps = Omit<ApiFunctionProps, 'catalog'>;

export interface Service<S extends EnvironmentSpec> {
  /** Its folder below `src/runtime`. */
  readonly service: string;
  readonly description: string;
  /** @default 15 s: the API answers for a function after 29 s, and the slowest of its calls is a page of the catalog */
  readonly timeout?: Duration;
  /** Given the function's role, exactly what the handler's spec declares. */
  readonly environment: (role: iam.IRole, common: CommonEnvironment) => EnvironmentOf<S>;
}

export interface RuntimeFunction {
  readonly function: lambda.Function;
  readonly role: iam.Role;
  readonly logGroup: logs.LogGroup;
}

/** A function that runs one of the shipped handlers, with its own log group and a role that may write there and trace. */
export function createRuntimeFunction<S extends EnvironmentSpec>(
  scope: Construct, props: RuntimeFunctionProps, { service, description, timeout = Duration.seconds(15), environment }: Service<S>,
): RuntimeFunction {
  const { logLevel = 'INFO', reservedConcurrentExecutions: reserved } = props;
  validateRules(scope, [
    {
      broken: known(reserved) && !(Number.isInteger(reserved) && reserved! >= 1),
      message: () => `reservedConcurrentExecutions must be a whole number of at least 1, got ${reserved}. Leave it out to share the account's.`,
    },
    {
      broken: known(logLevel) && !isLogLevel(logLevel),
      message: () => `logLevel must be one of ${LOG_LEVELS.join(', ')}, got '${logLevel}'. Use INFO.`,
    },
    originRule(props.allowedOrigins),
  ]);

  const logGroup = createEncryptedLogGroup(scope, 'Log', {
    encryptionKey: props.logEncryptionKey, retention: props.logRetention, removalPolicy: props.removalPolicy,
  });
  const role = new ServiceRole(scope, 'Role', { service: 'lambda.amazonaws.com', description: `Runs the ${service} function` });
  role.addToPrincipalPolicy(new iam.PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  }));

  const handler = new lambda.Function(scope, 'Function', {
    description,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    handler: 'index.handler',
    code: lambda.Code.fromAsset(runtimeAsset(service)),
    role,
    logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    // Lambda drops lines below its own level before they reach the log group, and takes lines of metrics, which have none, for INFO
    // (Lambda developer guide, "Log-level filtering"). The handler's logger keeps to LOG_LEVEL by itself.
    applicationLogLevelV2: logLevel === 'DEBUG' ? lambda.ApplicationLogLevel.DEBUG : lambda.ApplicationLogLevel.INFO,
    environment: {
      ...environment(role, {
        METRICS_NAMESPACE: props.metricsNamespace ?? 'VideoPlatform',
        LOG_LEVEL: logLevel,
        ALLOWED_ORIGINS: Stack.of(scope).toJsonString(props.allowedOrigins ?? []),
      }),
    },
    memorySize: 512,
    timeout,
    reservedConcurrentExecutions: reserved,
  });
  traceActively(scope, handler, role);
  return { function: handler, role, logGroup };
}

/**
 * X-Ray has no resource to name in a policy. Its statement stands in a policy of its own, so that the wildcard is
 * acknowledged for tracing and for nothing else the role may be given.
 */
function traceActively(scope: Construct, handler: lambda.Function, role: iam.Role): void {
  (handler.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: 'Active' };
  const policy = new iam.ManagedPolicy(scope, 'TracePolicy', {
    description: 'Sends traces to X-Ray',
    roles: [role],
    statements: [new iam.PolicyStatement({ actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] })],
  });
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'PutTraceSegments and PutTelemetryRecords support no resource-level permissions (service authorization reference, X-Ray); '
      + 'they only add traces.',
  });
  // Lambda refuses to create a traced function whose role may not write traces yet.
  handler.node.addDependency(policy);
}

/** Folder of a shipped handler, with `index.js` in it. */
export function runtimeAsset(service: string): string {
  const directory = path.join(RUNTIME_ASSETS, service);
  if (!fs.existsSync(path.join(directory, 'index.js'))) {
    throw new Error(`The bundled ${service} handler is missing: there is no index.js in ${directory}. `
      + 'In a checkout of cdk-video-platform, run `npx projen bundle`; as a dependency, install the package again.');
  }
  return directory;
}
