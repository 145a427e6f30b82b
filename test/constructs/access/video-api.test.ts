import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { ApiLogRole } from '../../../src/constructs/access/api-log-role';
import { VideoApi, VideoApiProps } from '../../../src/constructs/access/video-api';
import { Route, ROUTES } from '../../../src/runtime/contract';
import { findings, only, resources, testStack } from '../../support/stacks';

function api(stack: Stack, props: Partial<VideoApiProps> = {}): VideoApi {
  const handler = (id: string) => new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
  return new VideoApi(stack, 'Api', {
    uploader: handler('Uploader'),
    analytics: handler('Analytics'),
    userPool: cognito.UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_example'),
    ...props,
  });
}

/** `METHOD /path` of every method, with what guards it and which function answers. */
function routesOf(stack: Stack): Record<string, { authorizationType: string; scopes?: string[]; target: string; validated: boolean }> {
  const parents = resources(stack, 'AWS::ApiGateway::Resource');
  const pathOf = (id?: string): string => {
    const resource = id ? parents[id] : undefined;
    return resource ? `${pathOf(resource.Properties.ParentId.Ref)}/${resource.Properties.PathPart}` : '';
  };
  const methods = Object.values(resources(stack, 'AWS::ApiGateway::Method')).map(({ Properties: method }) => [
    `${method.HttpMethod} ${pathOf(method.ResourceId.Ref)}`,
    {
      authorizationType: method.AuthorizationType,
      scopes: method.AuthorizationScopes,
      target: JSON.stringify(method.Integration.Uri ?? 'mock'),
      validated: method.RequestValidatorId !== undefined,
    },
  ]);
  return Object.fromEntries(methods);
}

describe('VideoApi', () => {
  it('has exactly the routes of the contract, each to its service and behind its scope', () => {
    const stack = testStack();
    api(stack);

    const routes: Route[] = Object.values(ROUTES);
    const found = routesOf(stack);
    expect(Object.keys(found).sort()).toEqual(routes.map(route => `${route.method} ${route.path}`).sort());
    for (const route of routes) {
      const { authorizationType, scopes, target, validated } = found[`${route.method} ${route.path}`];
      expect(authorizationType).toBe(route.scope ? 'COGNITO_USER_POOLS' : 'NONE');
      expect(scopes).toEqual(route.scope && [route.scope]);
      expect(target).toContain(route.service === 'uploader' ? 'Uploader' : 'Analytics');
      expect(validated).toBe(true);
    }
  });

  it('leaves nothing open but health', () => {
    const stack = testStack();
    api(stack);
    const open = Object.entries(routesOf(stack)).filter(([, route]) => route.authorizationType === 'NONE').map(([name]) => name);
    expect(open.sort()).toEqual(['GET /api/analytics/health', 'GET /api/uploader/health']);
    expect(findings(stack).filter(finding => finding.includes('/Api/'))).toEqual([]);
  });

  it('lets API Gateway call a function for the methods it serves and no others', () => {
    const stack = testStack();
    api(stack);
    const permissions = Object.values(resources(stack, 'AWS::Lambda::Permission')).map(({ Properties }) => Properties);
    expect(permissions).toHaveLength(Object.keys(ROUTES).length);
    permissions.forEach(permission => {
      expect(permission.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(permission.SourceArn)).not.toContain('test-invoke-stage');
    });
  });

  it('logs every request as JSON without query strings, and no bodies', () => {
    const stack = testStack();
    api(stack);

    const { AccessLogSetting, MethodSettings, TracingEnabled } = only(stack, 'AWS::ApiGateway::Stage');
    const format = JSON.parse(AccessLogSetting.Format);
    expect(format).toMatchObject({ requestId: '$context.requestId', route: '$context.resourcePath', status: '$context.status' });
    expect(Object.values(format)).not.toContain('$context.path');
    expect(AccessLogSetting.Format).not.toMatch(/querystring/i);
    expect(MethodSettings).toEqual([expect.objectContaining({
      DataTraceEnabled: false, LoggingLevel: 'ERROR', ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200,
    })]);
    expect(TracingEnabled).toBe(true);
    Object.values(resources(stack, 'AWS::Logs::LogGroup')).forEach(group => expect(group.Properties.RetentionInDays).toBe(365));
  });

  it('speaks TLS 1.2 or newer, in its own region', () => {
    const stack = testStack();
    api(stack);
    expect(only(stack, 'AWS::ApiGateway::RestApi')).toMatchObject({
      EndpointConfiguration: { Types: ['REGIONAL'] },
      SecurityPolicy: expect.stringMatching(/^SecurityPolicy_TLS13_1_2_/),
      EndpointAccessMode: 'STRICT',
    });
  });

  it('sets the role that API Gateway logs with before the stage needs it, and leaves it to the account', () => {
    const stack = testStack();
    api(stack);
    const { Resources } = Template.fromStack(stack).toJSON();
    const [[account, { DeletionPolicy }]] = Object.entries<any>(Resources).filter(([, { Type }]) => Type === 'AWS::ApiGateway::Account');
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
    const [stage] = Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::Stage');
    expect(stage.DependsOn).toContain(account);
  });

  it('leaves the logging role alone where the account owns it', () => {
    const stack = testStack();
    api(stack, { logRole: ApiLogRole.EXISTING });
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  it('answers its own errors as problem documents', () => {
    const stack = testStack();
    api(stack);
    const responses = Object.values(resources(stack, 'AWS::ApiGateway::GatewayResponse')).map(({ Properties }) => Properties);
    expect(responses.map(response => response.ResponseType)).toEqual(expect.arrayContaining(['DEFAULT_4XX', 'DEFAULT_5XX', 'UNAUTHORIZED']));
    for (const response of responses) {
      expect(response.ResponseParameters['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'");
      const problem = JSON.parse(response.ResponseTemplates['application/json']);
      expect(problem).toMatchObject({ type: 'about:blank', title: expect.any(String), correlationId: '$context.requestId' });
      if (response.StatusCode) expect(problem.status).toBe(Number(response.StatusCode));
    }
  });

  it('grants nothing across origins unless told to', () => {
    const stack = testStack();
    api(stack);
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('Access-Control');
  });

  it('answers preflight requests and errors for the allowed origin', () => {
    const stack = testStack();
    api(stack, { allowedOrigins: ['https://videos.example.com'] });

    const preflights = Object.keys(routesOf(stack)).filter(name => name.startsWith('OPTIONS '));
    expect(preflights.sort()).toEqual([...new Set(Object.values(ROUTES).map(route => `OPTIONS ${route.path}`))].sort());
    Object.values(resources(stack, 'AWS::ApiGateway::GatewayResponse')).forEach(({ Properties }) => {
      expect(Properties.ResponseParameters['gatewayresponse.header.Access-Control-Allow-Origin']).toBe("'https://videos.example.com'");
    });
    expect(findings(stack).filter(finding => finding.includes('/Api/'))).toEqual([]);
  });

  it('names no origin in errors when several are allowed, since a constant would be wrong for all but one', () => {
    const stack = testStack();
    api(stack, { allowedOrigins: ['https://a.example', 'https://b.example'] });
    Object.values(resources(stack, 'AWS::ApiGateway::GatewayResponse')).forEach(({ Properties }) => {
      expect(Properties.ResponseParameters).not.toHaveProperty(['gatewayresponse.header.Access-Control-Allow-Origin']);
    });
  });

  it('attaches a web ACL to its stage', () => {
    const stack = testStack();
    const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/example/1';
    api(stack, { webAclArn });
    expect(only(stack, 'AWS::WAFv2::WebACLAssociation')).toMatchObject({ WebACLArn: webAclArn });
  });

  it('gives two APIs of one app different names, because CloudWatch tells them apart by name', () => {
    const stack = testStack();
    const other = new Stack(stack, 'Other');
    api(stack);
    api(other);
    expect(only(stack, 'AWS::ApiGateway::RestApi').Name).not.toBe(only(other, 'AWS::ApiGateway::RestApi').Name);
  });

  it.each([
    [{ allowedOrigins: ['*'] }, /allowedOrigins holds '\*', which is not an origin.*wildcards are refused/],
    [{ allowedOrigins: ['https://a.example/'] }, /'https:\/\/a.example\/'/],
    [{ allowedOrigins: ['http://a.example'] }, /'http:\/\/a.example'/],
    [{ throttlingRateLimit: 0 }, /throttlingRateLimit must be a whole number of at least 1, got 0/],
    [{ throttlingBurstLimit: 1.5 }, /throttlingBurstLimit must be a whole number of at least 1, got 1.5/],
  ])('refuses %j', (props, message) => {
    expect(() => api(testStack(), props)).toThrow(message);
  });
});
