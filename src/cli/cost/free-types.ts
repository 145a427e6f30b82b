/** Resources that cost nothing while nobody uses the platform. A type in neither this list nor `idle-rules.ts` is refused. */
export const FREE_WHILE_IDLE: ReadonlySet<string> = new Set([
  // Settings and permissions have no price.
  'AWS::ApiGateway::Account', 'AWS::ApiGateway::Authorizer', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method', 'AWS::ApiGateway::Model', 'AWS::ApiGateway::RequestValidator', 'AWS::ApiGateway::Resource',
  'AWS::ApplicationAutoScaling::ScalableTarget', 'AWS::CDK::Metadata', 'AWS::CloudFormation::WaitCondition',
  'AWS::CloudFormation::WaitConditionHandle', 'AWS::CloudFront::CachePolicy', 'AWS::CloudFront::KeyGroup',
  'AWS::CloudFront::OriginAccessControl', 'AWS::CloudFront::OriginRequestPolicy', 'AWS::CloudFront::PublicKey',
  'AWS::CloudFront::ResponseHeadersPolicy', 'AWS::Cognito::UserPoolClient', 'AWS::Cognito::UserPoolDomain',
  'AWS::Cognito::UserPoolResourceServer', 'AWS::Cognito::ManagedLoginBranding', 'AWS::EC2::EIPAssociation', 'AWS::EC2::InternetGateway',
  'AWS::EC2::Route', 'AWS::EC2::RouteTable', 'AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPC', 'AWS::EC2::VPCGatewayAttachment',
  'AWS::ECS::ClusterCapacityProviderAssociations', 'AWS::ECS::TaskDefinition', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy',
  'AWS::IAM::Role', 'AWS::KMS::Alias', 'AWS::Lambda::EventInvokeConfig', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Permission', 'AWS::Lambda::Version', 'AWS::Logs::Delivery', 'AWS::Logs::DeliveryDestination', 'AWS::Logs::DeliverySource',
  'AWS::Logs::MetricFilter', 'AWS::Logs::QueryDefinition', 'AWS::Logs::ResourcePolicy', 'AWS::Logs::SubscriptionFilter',
  'AWS::S3::BucketPolicy', 'AWS::SNS::Subscription', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy',
  'AWS::WAFv2::LoggingConfiguration', 'AWS::WAFv2::WebACLAssociation', 'AWS::WAFv2::IPSet', 'AWS::WAFv2::RegexPatternSet',
  // Charged by the request or by what is stored; idle, that is cents at most.
  'AWS::ApiGateway::RestApi', 'AWS::CloudFront::Distribution', 'AWS::CloudFront::Function', 'AWS::CloudFront::KeyValueStore',
  'AWS::Cognito::UserPool', 'AWS::DynamoDB::GlobalTable', 'AWS::EC2::FlowLog', 'AWS::Events::Rule', 'AWS::Lambda::Alias',
  'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::XRay::SamplingRule', 'AWS::XRay::Group',
  // Container Insights counts only what runs.
  'AWS::ECS::Cluster',
  // Public certificates and parameters of the standard tier are free; records cost by the query.
  'AWS::CertificateManager::Certificate', 'AWS::Route53::RecordSet',
]);

/** Custom resources are functions that run during a deployment. */
export function isFreeWhileIdle(type: string): boolean {
  return FREE_WHILE_IDLE.has(type) || type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}
