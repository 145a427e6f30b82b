import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

export interface RestApiDefinition {
  readonly id: string;
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  readonly methods: readonly MethodDefinition[];
  readonly gatewayResponses: readonly GatewayResponse[];
  readonly throttles: readonly Throttle[];
}

export interface MethodDefinition {
  /** `/api/analytics/video/{videoId}` */
  readonly path: string;
  /** `GET`, or `ANY` for every method that the path does not name. */
  readonly httpMethod: string;
  readonly resourceId: string;
  /** Absent: open to all. */
  readonly authorizer?: { readonly userPoolArns: readonly string[]; readonly header: string; readonly scopes: readonly string[] };
  readonly integration: Integration;
}

export type Integration =
  | { readonly type: 'lambda'; readonly functionArn: string; readonly timeoutMs: number }
  | MockIntegration;

/** Answers without a backend: preflight requests. */
export interface MockIntegration {
  readonly type: 'mock';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Origins that the answer names instead of the constant one, when the request comes from them. */
  readonly furtherOrigins: readonly string[];
}

export interface GatewayResponse {
  /** `UNAUTHORIZED`, `DEFAULT_4XX` … */
  readonly type: string;
  readonly status?: number;
  /** A constant, or a variable of the request: `context.requestId`. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
  readonly template?: string;
}

export type HeaderValue = { readonly literal: string } | { readonly variable: 'context.requestId' };

/** `MethodSettings` of the stage that limit the rate. */
export interface Throttle {
  /** With `~1` for `/` already undone; `/*` means every path. */
  readonly path: string;
  readonly httpMethod: string;
  /** Requests a second, and how many may come at once. */
  readonly rate: number;
  readonly burst: number;
}

/** API Gateway waits this long for an integration when the method does not say. */
const DEFAULT_TIMEOUT_MS = 29_000;

export function readRestApi(environment: TemplateEnvironment): RestApiDefinition {
  const apis = environment.ofType('AWS::ApiGateway::RestApi');
  if (apis.length !== 1) throw new TemplateError(`Expected one AWS::ApiGateway::RestApi in ${environment.main.id}, found ${apis.length}`);
  const [api] = apis;
  if (api.get('Body') ?? api.get('BodyS3Location')) throw new TemplateError(`${api.name}: an API defined by an OpenAPI document is not implemented locally`);
  const ofApi = (type: string) => environment.ofType(type).filter(resource => resource.text('RestApiId') === api.reference);
  const [stage] = ofApi('AWS::ApiGateway::Stage');
  if (!stage) throw new TemplateError(`${api.name}: it has no AWS::ApiGateway::Stage, so it is not deployed`);
  const paths = resourcePaths(api, ofApi('AWS::ApiGateway::Resource'));
  return {
    id: api.reference,
    stage: stage.reference,
    account: api.stack.account,
    region: api.stack.region,
    methods: ofApi('AWS::ApiGateway::Method').map(method => readMethod(method, paths, ofApi('AWS::ApiGateway::Authorizer'))),
    gatewayResponses: ofApi('AWS::ApiGateway::GatewayResponse').map(readGatewayResponse),
    throttles: readThrottles(stage),
  };
}

function resourcePaths(api: Resource, resources: readonly Resource[]): ReadonlyMap<string, string> {
  const root = api.attribute('RootResourceId');
  const byId = new Map(resources.map(resource => [resource.reference, resource]));
  const pathOf = (id: string): string => {
    if (id === root) return '';
    const resource = byId.get(id);
    if (!resource) throw new TemplateError(`${api.name}: a resource's parent ${id} is not in the template`);
    return `${pathOf(resource.requiredText('ParentId'))}/${resource.requiredText('PathPart')}`;
  };
  return new Map([[root, '/'], ...resources.map(resource => [resource.reference, pathOf(resource.reference)] as const)]);
}

function readMethod(method: Resource, paths: ReadonlyMap<string, string>, authorizers: readonly Resource[]): MethodDefinition {
  const resourceId = method.requiredText('ResourceId');
  const path = paths.get(resourceId);
  if (path === undefined) throw new TemplateError(`${method.name}: its resource ${resourceId} is not in the template`);
  return {
    path,
    resourceId,
    httpMethod: method.requiredText('HttpMethod'),
    authorizer: readAuthorizer(method, authorizers),
    integration: readIntegration(method),
  };
}

function readAuthorizer(method: Resource, authorizers: readonly Resource[]): MethodDefinition['authorizer'] {
  const type = method.text('AuthorizationType') ?? 'NONE';
  if (type === 'NONE') return undefined;
  const authorizer = authorizers.find(each => each.reference === method.text('AuthorizerId'));
  if (type !== 'COGNITO_USER_POOLS' || !authorizer) throw new TemplateError(`${method.name}: authorization ${type} is not implemented locally`);
  const source = authorizer.text('IdentitySource') ?? 'method.request.header.Authorization';
  const header = /^method\.request\.header\.(.+)$/.exec(source)?.[1];
  if (!header) throw new TemplateError(`${authorizer.name}: identity source ${source} is not implemented locally; use a header`);
  return { userPoolArns: authorizer.list<string>('ProviderARNs'), header: header.toLowerCase(), scopes: method.list<string>('AuthorizationScopes') };
}

function readIntegration(method: Resource): Integration {
  const type = method.requiredText('Integration.Type');
  if (type === 'MOCK') return readMock(method);
  const functionArn = /:lambda:path\/2015-03-31\/functions\/(.+)\/invocations$/.exec(method.text('Integration.Uri') ?? '')?.[1];
  if (type !== 'AWS_PROXY' || !functionArn) {
    throw new TemplateError(`${method.name}: integration ${type} ${method.text('Integration.Uri')} is not implemented locally; only Lambda proxies and mocks are`);
  }
  return { type: 'lambda', functionArn, timeoutMs: method.number('Integration.TimeoutInMillis') ?? DEFAULT_TIMEOUT_MS };
}

interface IntegrationResponse {
  readonly StatusCode: string;
  readonly ResponseParameters?: Readonly<Record<string, string>>;
  readonly ResponseTemplates?: Readonly<Record<string, string>>;
}

function readMock(method: Resource): Integration {
  const [response] = method.list<IntegrationResponse>('Integration.IntegrationResponses');
  if (!response) throw new TemplateError(`${method.name}: a mock without an integration response answers nothing`);
  return {
    type: 'mock',
    status: Number(response.StatusCode),
    headers: literalHeaders(response.ResponseParameters, method),
    furtherOrigins: originsOf(response.ResponseTemplates?.['application/json'], method),
  };
}

/** The CDK's preflight for several origins: a template that compares the request's origin with each. */
function originsOf(template: string | undefined, method: Resource): string[] {
  if (template === undefined || template === '') return [];
  const condition = /#if\((\$origin == "[^"]+"(?: \|\| \$origin == "[^"]+")*)\)/.exec(template)?.[1];
  const isPreflight = template.includes('$context.responseOverride.header.Access-Control-Allow-Origin = $origin');
  if (!condition || !isPreflight) throw new TemplateError(`${method.name}: this response template of a mock is not implemented locally: ${template}`);
  return [...condition.matchAll(/"([^"]+)"/g)].map(([, origin]) => origin);
}

function literalHeaders(parameters: Readonly<Record<string, string>> | undefined, method: Resource): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => {
    const header = headerValue(value);
    if (!header || !('literal' in header)) throw unknownParameter(method, name, value);
    return [name.replace('method.response.header.', ''), header.literal];
  }));
}

function readGatewayResponse(resource: Resource): GatewayResponse {
  const parameters = resource.get('ResponseParameters') as Record<string, string> | undefined;
  const templates = resource.get('ResponseTemplates') as Record<string, string> | undefined;
  return {
    type: resource.requiredText('ResponseType'),
    status: resource.number('StatusCode'),
    headers: Object.fromEntries(Object.entries(parameters ?? {}).map(([name, value]) => {
      const header = headerValue(value);
      if (!header) throw unknownParameter(resource, name, value);
      return [name.replace('gatewayresponse.header.', ''), header];
    })),
    template: templates?.['application/json'],
  };
}

/** A constant stands in single quotes. */
function headerValue(expression: string): HeaderValue | undefined {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return { literal };
  return expression === 'context.requestId' ? { variable: expression } : undefined;
}

function unknownParameter(resource: Resource, name: string, value: string): TemplateError {
  return new TemplateError(`${resource.name}: the parameter ${name} = ${value} is not implemented locally`);
}

interface MethodSetting {
  readonly ResourcePath?: string;
  readonly HttpMethod?: string;
  readonly ThrottlingRateLimit?: number | string;
  readonly ThrottlingBurstLimit?: number | string;
}

function readThrottles(stage: Resource): Throttle[] {
  return stage.list<MethodSetting>('MethodSettings')
    .filter(setting => setting.ThrottlingRateLimit !== undefined && setting.ThrottlingBurstLimit !== undefined)
    .map(setting => ({
      path: pathOfSetting(setting.ResourcePath ?? '/*'),
      httpMethod: setting.HttpMethod ?? '*',
      rate: Number(setting.ThrottlingRateLimit),
      burst: Number(setting.ThrottlingBurstLimit),
    }));
}

/** `/api/health` is written `/~1api~1health`. */
function pathOfSetting(path: string): string {
  return path === '/*' ? path : path.slice(1).replace(/~1/g, '/');
}
