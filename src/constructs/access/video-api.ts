import { Duration, Names, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { ACCESS_LOG_FORMAT } from './access-log-format';
import { ApiLogRole, createApiLogRole } from './api-log-role';
import { addGatewayResponses } from './gateway-responses';
import { CORRELATION_ID_HEADER, IDEMPOTENCY_KEY_HEADER, Route, ROUTES, ServiceName } from '../../runtime/contract';
import { OriginSecret } from '../secrets/origin-secret';
import { originRule } from '../shared/allowed-origins';
import { createEncryptedLogGroup, EncryptedLogGroupProps } from '../shared/encrypted-log-group';
import { known, validateRules } from '../shared/validation';

/** Properties of `VideoApi`. */
export interface VideoApiProps {
  /** Serves `/api/uploader/*`. */
  readonly uploader: lambda.IFunction;

  /** Serves `/api/analytics/*`. */
  readonly analytics: lambda.IFunction;

  /** The pool whose access tokens open every route but the health checks. */
  readonly userPool: cognito.IUserPool;

  /**
   * Origins of pages that are served elsewhere and call this API from a browser: `https://host[:port]`, or `http://localhost[:port]`.
   *
   * @default - none: pages behind the same distribution need no CORS
   */
  readonly allowedOrigins?: string[];

  /**
   * Requests per second over all callers before API Gateway answers 429.
   *
   * @default 100
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests at once before API Gateway answers 429.
   *
   * @default 200
   */
  readonly throttlingBurstLimit?: number;

  /**
   * ARN of a regional WAFv2 web ACL for the stage. The execution endpoint can be reached without passing the distribution, so
   * this is the web ACL that every request meets.
   *
   * @default - no web ACL at the API
   */
  readonly webAclArn?: string;

  /**
   * Which role API Gateway writes its logs with: one per account and region.
   *
   * @default ApiLogRole.CREATE
   */
  readonly logRole?: ApiLogRole;

  /**
   * How long access and execution logs are kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The key that logs are encrypted with. Its policy is extended so that CloudWatch Logs may use it.
   *
   * @default - a new key, rotated every year
   */
  readonly logEncryptionKey?: kms.IKey;

  /**
   * What happens to the log groups and their key when they leave the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Oldest TLS is 1.2, forward secrecy only, post-quantum key exchange where the client can. */
const SECURITY_POLICY = 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09';
const STAGE = 'v1';

/**
 * The platform's REST API: one resource and method for each route of the runtime contract, all but health behind the user
 * pool's authorizer with the route's scope.
 *
 * Because each method names a scope, API Gateway accepts access tokens only; an ID token gets 401.
 *
 * API Gateway writes its logs with a role that is set once for an account and region (`AWS::ApiGateway::Account`); `logRole` says
 * whether this construct sets it.
 */
export class VideoApi extends Construct {
  /** The API with a resource per path of the routes. */
  public readonly restApi: apigateway.RestApi;
  /** The one stage: throttled, logged and traced. */
  public readonly stage: apigateway.Stage;
  /** Checks access tokens of the user pool; each method names the scope it asks for. */
  public readonly authorizer: apigateway.CognitoUserPoolsAuthorizer;
  /** One JSON line per request, without query strings. */
  public readonly accessLog: logs.LogGroup;

  private readonly allowedOrigins: string[];
  private readonly integrations: Record<ServiceName, apigateway.LambdaIntegration>;
  private readonly validator: apigateway.RequestValidator;

  /** @throws when an allowed origin is malformed, or the throttle is not a positive whole number. */
  constructor(scope: Construct, id: string, props: VideoApiProps) {
    super(scope, id);
    validateProps(this, props);
    this.allowedOrigins = props.allowedOrigins ?? [];

    const logProps = {
      encryptionKey: props.logEncryptionKey ?? this.createLogKey(props),
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    };
    this.accessLog = createEncryptedLogGroup(this, 'AccessLog', logProps);
    this.restApi = this.createRestApi(props);
    this.stage = this.restApi.deploymentStage;
    this.keepExecutionLog(logProps);
    this.letStageLog(props.logRole ?? ApiLogRole.CREATE);
    this.authorizer = new apigateway.CognitoUserPoolsAuthorizer(this, 'Authorizer', { cognitoUserPools: [props.userPool] });
    this.validator = this.restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
    this.integrations = {
      uploader: new apigateway.LambdaIntegration(props.uploader, { allowTestInvoke: false }),
      analytics: new apigateway.LambdaIntegration(props.analytics, { allowTestInvoke: false }),
    };
    Object.values(ROUTES).forEach(route => this.addRoute(route));
    if (this.allowedOrigins.length > 0) new Set(Object.values(ROUTES).map(({ path }) => path)).forEach(path => this.addPreflight(path));
    addGatewayResponses(this.restApi, this.allowedOrigins);
    this.attachWebAcl(props.webAclArn);
  }

  /** URL of the stage, without a trailing slash: append a route's path. */
  public get url(): string {
    return `https://${this.domainName}/${STAGE}`;
  }

  /**
   * This API as an origin for CloudFront: paths are the same, the stage is added.
   *
   * @param secret is sent with every request, so that the API's web ACL can refuse those that go round the distribution
   */
  public createOrigin(secret?: OriginSecret): cloudfront.IOrigin {
    return new origins.HttpOrigin(this.domainName, {
      originPath: `/${STAGE}`,
      customHeaders: secret && { [secret.headerName]: secret.sent },
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    });
  }

  private get domainName(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `${this.restApi.restApiId}.execute-api.${region}.${urlSuffix}`;
  }

  private createRestApi(props: VideoApiProps): apigateway.RestApi {
    const api = new apigateway.RestApi(this, 'RestApi', {
      // CloudWatch tells APIs apart by name alone, so that two of one name would share their metrics and alarms.
      restApiName: Names.uniqueResourceName(this, { maxLength: 64, separator: '-' }),
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: {
        stageName: STAGE,
        accessLogDestination: new apigateway.LogGroupLogDestination(this.accessLog),
        accessLogFormat: ACCESS_LOG_FORMAT,
        // Errors only, and never bodies: `dataTraceEnabled` would write tokens and titles to the log.
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        // Metrics per method are charged as custom metrics; those of the stage are free and what the alarms watch.
        metricsEnabled: false,
        tracingEnabled: true,
        throttlingRateLimit: props.throttlingRateLimit ?? 100,
        throttlingBurstLimit: props.throttlingBurstLimit ?? 200,
      },
    });
    // `RestApi` adds an output with a generated name; remove it. Users can output `url`.
    api.node.tryRemoveChild('Endpoint');
    const cfnApi = api.node.defaultChild as apigateway.CfnRestApi;
    cfnApi.securityPolicy = SECURITY_POLICY;
    // CloudFront connects by the API's own name, so the strict check of host against SNI holds.
    cfnApi.endpointAccessMode = 'STRICT';
    return api;
  }

  private createLogKey(props: VideoApiProps): kms.Key {
    return new kms.Key(this, 'LogKey', {
      description: `Encrypts the logs of ${this.node.path}`,
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
  }

  /** The template says who sets the role, so that rules over templates can tell "elsewhere" from "forgotten". */
  private letStageLog(logRole: ApiLogRole): void {
    if (logRole === ApiLogRole.CREATE) this.stage.node.addDependency(createApiLogRole(this));
    else (this.stage.node.defaultChild as apigateway.CfnStage).addMetadata('cdk-video-platform:apiLogRole', logRole);
  }

  /** API Gateway would create this group itself, and never delete it. */
  private keepExecutionLog(props: EncryptedLogGroupProps): void {
    const logGroupName = `API-Gateway-Execution-Logs_${this.restApi.restApiId}/${STAGE}`;
    this.stage.node.addDependency(createEncryptedLogGroup(this, 'ExecutionLog', { ...props, logGroupName }));
  }

  private addRoute(route: Route): void {
    const resource = this.restApi.root.resourceForPath(route.path);
    const method = resource.addMethod(route.method, this.integrations[route.service], {
      requestValidator: this.validator,
      requestParameters: pathParameters(route.path),
      ...route.scope
        ? { authorizer: this.authorizer, authorizationType: apigateway.AuthorizationType.COGNITO, authorizationScopes: [route.scope] }
        : { authorizationType: apigateway.AuthorizationType.NONE },
    });
    if (!route.scope) acknowledgeOpen(method, route.path);
  }

  private addPreflight(path: string): void {
    this.restApi.root.resourceForPath(path).addCorsPreflight({
      allowOrigins: this.allowedOrigins,
      allowMethods: Object.values(ROUTES).filter(route => route.path === path).map(({ method }) => method),
      allowHeaders: ['Authorization', 'Content-Type', CORRELATION_ID_HEADER, IDEMPOTENCY_KEY_HEADER],
      exposeHeaders: [CORRELATION_ID_HEADER],
      maxAge: Duration.hours(1),
    });
  }

  private attachWebAcl(webAclArn?: string): void {
    if (webAclArn) {
      new wafv2.CfnWebACLAssociation(this, 'WebAcl', { resourceArn: this.stage.stageArn, webAclArn });
      return;
    }
    Validations.of(this.stage).acknowledge({
      id: 'AwsSolutions-APIG3',
      reason: 'No `webAclArn` was given to this API: its owner filters in front of it. Every route but health needs a signed token, '
        + 'the stage throttles, and methods exist for the routes of the contract alone.',
    });
  }
}

function pathParameters(path: string): Record<string, boolean> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]);
  return Object.fromEntries(names.map(name => [`method.request.path.${name}`, true]));
}

function acknowledgeOpen(method: apigateway.Method, path: string): void {
  const reason = `${path} is for health checks by machines that hold no token; it takes no input and tells nothing but that the service runs.`;
  Validations.of(method).acknowledge({ id: 'AwsSolutions-APIG4', reason }, { id: 'AwsSolutions-COG4', reason });
}

function validateProps(scope: Construct, props: VideoApiProps): void {
  const limits = (['throttlingRateLimit', 'throttlingBurstLimit'] as const).map(name => ({
    broken: known(props[name]) && !(Number.isInteger(props[name]) && props[name]! >= 1),
    message: () => `${name} must be a whole number of at least 1, got ${props[name]}. Leave it out for the default.`,
  }));
  validateRules(scope, [...limits, originRule(props.allowedOrigins)]);
}
