import { DeployedResource, DeployedTemplate, list, referencesIn, statementsOf, valuesAt } from '../deployed-template';
import { DeploymentRule } from '../rule';

const GATEWAYS = ['s3', 'dynamodb'];
/** Called by Fargate outside the task's network, by the service that encrypts, or through the task's metadata endpoint. */
const NOT_CALLED_FROM_TASKS = ['kms', 'ecs'];
/** The endpoint of an IAM prefix, where the two differ. */
const ENDPOINT_OF: Readonly<Record<string, string>> = { cloudwatch: 'monitoring', ses: 'email' };

/**
 * A task in isolated subnets reaches exactly the services that have an endpoint there. One too few and no task starts, or hangs on its
 * first call; one too many costs by the hour. Its image and its log need ECR, S3 and CloudWatch Logs, its role says the rest.
 */
export const endpointsMatchCalls: DeploymentRule = {
  id: 'endpoints-match-calls',
  source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html',
  check: template => template.ofType('AWS::ECS::Service').flatMap(service => {
    const vpc = vpcOf(template, service);
    if (!vpc) return [];
    const endpoints = template.ofType('AWS::EC2::VPCEndpoint').filter(({ properties }) => template.named(properties.VpcId)?.id === vpc.id);
    const gateways = new Set(endpoints.filter(({ properties }) => properties.VpcEndpointType === 'Gateway').map(serviceOf));
    const interfaces = new Set(endpoints.filter(({ properties }) => properties.VpcEndpointType === 'Interface').map(serviceOf));
    const called = calledBy(template, service);
    const isPublic = service.properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp === 'ENABLED';
    const wanted = new Set(isPublic ? [] : [...called].filter(name => !GATEWAYS.includes(name)));
    return [
      ...[...called].filter(name => GATEWAYS.includes(name) && !gateways.has(name)).map(name => `${service.id} calls ${name}, and ${vpc.id} has no gateway endpoint for it`),
      ...[...wanted].filter(name => !interfaces.has(name)).map(name => `${service.id} calls ${name} from isolated subnets, and ${vpc.id} has no interface endpoint for it`),
      ...[...interfaces].filter(name => !wanted.has(name)).map(name => `${vpc.id} pays for an interface endpoint of ${name}, which ${service.id} does not call`),
    ];
  }),
};

/** Tasks that start before their way to ECR exists fail, and the circuit breaker takes the deployment with them. */
export const servicesWaitForTheirWay: DeploymentRule = {
  id: 'services-wait-for-their-way',
  source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html',
  check: template => template.ofType('AWS::ECS::Service').flatMap(service => {
    const vpc = vpcOf(template, service);
    const waited = template.waitsFor(service.id);
    const way = ['AWS::EC2::VPCEndpoint', 'AWS::EC2::Route', 'AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'];
    return vpc ? template.ofType(...way).filter(({ id }) => !waited.has(id) && !waitsFor(template, id, service.id)).map(({ id }) => `${service.id} does not wait for ${id}`) : [];
  }),
};

/** An endpoint without private DNS, or closed to the tasks, is as none. */
export const endpointsAreOpenToTasks: DeploymentRule = {
  id: 'endpoints-are-open-to-tasks',
  source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html',
  check: template => template.ofType('AWS::ECS::Service').flatMap(service => {
    const vpc = vpcOf(template, service);
    const taskGroups = groups(template, service.properties.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups);
    return template.ofType('AWS::EC2::VPCEndpoint')
      .filter(({ properties }) => vpc && properties.VpcEndpointType === 'Interface' && template.named(properties.VpcId)?.id === vpc.id)
      .flatMap(({ id, properties }) => [
        ...properties.PrivateDnsEnabled === true ? [] : [`${id} has no private DNS`],
        ...groups(template, properties.SecurityGroupIds).some(group => taskGroups.some(task => letsIn(template, group, task))) ? [] : [`${id} does not let the tasks of ${service.id} in`],
      ]);
  }),
};

/** The network of a service, if it is in the same template. */
function vpcOf(template: DeployedTemplate, { properties }: DeployedResource): DeployedResource | undefined {
  const [subnet] = list(properties.NetworkConfiguration?.AwsvpcConfiguration?.Subnets).map(value => template.named(value));
  return subnet && template.named(subnet.properties.VpcId);
}

/** Such as `ecr.dkr`, from `com.amazonaws.eu-west-1.ecr.dkr`. */
function serviceOf({ properties }: DeployedResource): string {
  const name = properties.ServiceName as string | { 'Fn::Join': [string, unknown[]] };
  const text = typeof name === 'string' ? name : name['Fn::Join'][1].map(part => typeof part === 'string' ? part : 'REGION').join('');
  return text.replace(/^(com|cn\.com)\.amazonaws\.[^.]+\./, '');
}

function calledBy(template: DeployedTemplate, service: DeployedResource): Set<string> {
  const definition = template.named(service.properties.TaskDefinition)!;
  const role = template.named(definition.properties.TaskRoleArn);
  const actions = role ? statementsOf(template, role).flatMap(({ Action }) => list(Action)) : [];
  const images = JSON.stringify(valuesAt(definition.properties, 'ContainerDefinitions[].Image'));
  const logs = JSON.stringify(valuesAt(definition.properties, 'ContainerDefinitions[].LogConfiguration.LogDriver'));
  return new Set([
    ...actions.map(action => action.split(':')[0]).filter(prefix => !NOT_CALLED_FROM_TASKS.includes(prefix)).map(prefix => ENDPOINT_OF[prefix] ?? prefix),
    // ECR keeps layers in S3.
    ...images.includes('.dkr.ecr.') ? ['ecr.api', 'ecr.dkr', 's3'] : [],
    ...logs.includes('awslogs') ? ['logs'] : [],
  ]);
}

function groups(template: DeployedTemplate, values: unknown): string[] {
  return list(values as unknown[]).flatMap(value => referencesIn(value)).map(({ id }) => id).filter(id => template.find(id)?.type === 'AWS::EC2::SecurityGroup');
}

function letsIn(template: DeployedTemplate, group: string, from: string): boolean {
  const rules = template.ofType('AWS::EC2::SecurityGroupIngress').filter(({ properties }) => template.named(properties.GroupId)?.id === group);
  return rules.some(({ properties: { SourceSecurityGroupId, FromPort, ToPort } }) =>
    template.named(SourceSecurityGroupId)?.id === from && FromPort <= 443 && ToPort >= 443);
}

/** What itself comes after the service cannot be waited for. */
function waitsFor(template: DeployedTemplate, id: string, other: string): boolean {
  return template.waitsFor(id).has(other);
}
