import { arn, AttributeTable, globalArn, nameBy, physicalName, stableId, stableUuid } from './types';
import { Resource } from '../resource';

/** REST API ids are ten characters. */
const apiId = (resource: Resource) => stableId(resource, 10);

export const ACCESS_ATTRIBUTES: AttributeTable = {
  'AWS::Cognito::UserPool': {
    ref: userPoolId,
    attributes: {
      Arn: resource => arn('cognito-idp', resource, `userpool/${userPoolId(resource)}`),
      UserPoolId: userPoolId,
      ProviderName: resource => `cognito-idp.${resource.stack.region}.amazonaws.com/${userPoolId(resource)}`,
      ProviderURL: resource => `https://cognito-idp.${resource.stack.region}.amazonaws.com/${userPoolId(resource)}`,
    },
  },
  'AWS::Cognito::UserPoolClient': { ref: resource => stableId(resource, 26), attributes: { ClientId: resource => resource.reference } },
  'AWS::Cognito::UserPoolResourceServer': { ref: resource => resource.requiredText('Identifier') },
  'AWS::Cognito::UserPoolDomain': { ref: resource => resource.requiredText('Domain') },
  'AWS::ApiGateway::RestApi': {
    ref: apiId,
    attributes: { RestApiId: apiId, RootResourceId: resource => `root-${apiId(resource)}` },
  },
  'AWS::ApiGateway::Resource': { ref: apiId, attributes: { ResourceId: apiId } },
  'AWS::ApiGateway::Authorizer': { ref: apiId, attributes: { AuthorizerId: apiId } },
  'AWS::ApiGateway::RequestValidator': { ref: apiId, attributes: { RequestValidatorId: apiId } },
  'AWS::ApiGateway::Model': { ref: physicalName('Name') },
  'AWS::ApiGateway::Deployment': { ref: apiId, attributes: { DeploymentId: apiId } },
  'AWS::ApiGateway::Stage': { ref: resource => resource.text('StageName') ?? 'prod' },
  'AWS::CloudFront::Distribution': {
    ref: distributionId,
    attributes: {
      Id: distributionId,
      DomainName: resource => `${distributionId(resource).toLowerCase()}.cloudfront.net`,
    },
  },
  'AWS::CloudFront::Function': {
    ref: functionArn,
    attributes: { FunctionARN: functionArn, 'FunctionMetadata.FunctionARN': functionArn },
  },
  'AWS::CloudFront::KeyValueStore': {
    ref: physicalName('Name', 64),
    attributes: { Arn: resource => globalArn('cloudfront', resource, `key-value-store/${stableUuid(resource)}`), Id: stableUuid },
  },
  'AWS::CloudFront::OriginAccessControl': { ref: stableUuid, attributes: { Id: stableUuid } },
  'AWS::CloudFront::CachePolicy': { ref: stableUuid, attributes: { Id: stableUuid } },
  'AWS::CloudFront::OriginRequestPolicy': { ref: stableUuid, attributes: { Id: stableUuid } },
  'AWS::CloudFront::ResponseHeadersPolicy': { ref: stableUuid, attributes: { Id: stableUuid } },
  'AWS::CloudFront::KeyGroup': { ref: stableUuid, attributes: { Id: stableUuid } },
  'AWS::CloudFront::PublicKey': { ref: stableUuid, attributes: { Id: stableUuid } },
  'AWS::WAFv2::WebACL': {
    ref: resource => `${resource.text('Name') ?? resource.logicalId}|${stableUuid(resource)}|${resource.text('Scope')}`,
    attributes: {
      Arn: resource => {
        const scope = resource.text('Scope') === 'CLOUDFRONT' ? 'global' : 'regional';
        return arn('wafv2', resource, `${scope}/webacl/${resource.text('Name') ?? resource.logicalId}/${stableUuid(resource)}`);
      },
      Id: stableUuid,
    },
  },
  'AWS::Events::Rule': {
    ref: physicalName('Name', 64),
    attributes: { Arn: resource => arn('events', resource, `rule/${ruleBus(resource)}${resource.reference}`) },
  },
  'AWS::Events::EventBus': {
    ref: physicalName('Name', 256),
    attributes: { Name: resource => resource.reference, Arn: resource => arn('events', resource, `event-bus/${resource.reference}`) },
  },
  'AWS::SNS::Topic': {
    ref: resource => arn('sns', resource, nameBy(physicalName('TopicName', 256), resource)),
    attributes: { TopicArn: resource => resource.reference, TopicName: resource => resource.reference.split(':').pop() },
  },
  'AWS::CloudWatch::Alarm': {
    ref: physicalName('AlarmName', 255),
    attributes: { Arn: resource => arn('cloudwatch', resource, `alarm:${resource.reference}`) },
  },
};

/** `eu-west-1_AbCdEfGhI` */
function userPoolId(resource: Resource): string {
  return `${resource.stack.region}_${stableId(resource, 9)}`;
}

function distributionId(resource: Resource): string {
  return `E${stableId(resource, 13).toUpperCase()}`;
}

function functionArn(resource: Resource): string {
  return globalArn('cloudfront', resource, `function/${resource.requiredText('Name')}`);
}

/** Rules of the default bus do not name it. */
function ruleBus(resource: Resource): string {
  const bus = resource.text('EventBusName')?.split('/').pop();
  return bus === undefined || bus === 'default' ? '' : `${bus}/`;
}
