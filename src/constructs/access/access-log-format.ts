import * as apigateway from 'aws-cdk-lib/aws-apigateway';

const { AccessLogField } = apigateway;

/**
 * One JSON object a request. It holds the route's pattern in place of its path, and no query string: these may hold personal data.
 * Every value is quoted, because an absent one is written as `-`.
 */
export const ACCESS_LOG_FORMAT = apigateway.AccessLogFormat.custom(JSON.stringify({
  requestId: AccessLogField.contextRequestId(),
  extendedRequestId: AccessLogField.contextExtendedRequestId(),
  traceId: AccessLogField.contextXrayTraceId(),
  time: AccessLogField.contextRequestTime(),
  ip: AccessLogField.contextIdentitySourceIp(),
  method: AccessLogField.contextHttpMethod(),
  route: AccessLogField.contextResourcePath(),
  status: AccessLogField.contextStatus(),
  viewer: AccessLogField.contextAuthorizerClaims('sub'),
  responseBytes: AccessLogField.contextResponseLength(),
  latencyMs: AccessLogField.contextResponseLatency(),
  integrationLatencyMs: AccessLogField.contextIntegrationLatency(),
  integrationError: AccessLogField.contextIntegrationErrorMessage(),
  authorizerError: AccessLogField.contextAuthorizerError(),
  errorType: AccessLogField.contextErrorResponseType(),
  webAclAction: AccessLogField.contextWafResponseCode(),
  tlsVersion: '$context.tlsVersion',
}));
