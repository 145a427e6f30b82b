import { DeployedResource, DeployedTemplate, list, policiesOf, valuesAt } from '../deployed-template';
import { DeploymentRule } from '../rule';

/** Where each type names the roles that it acts with. */
const ROLES_AT: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': ['Role'],
  'AWS::EC2::FlowLog': ['DeliverLogsPermissionArn'],
  'AWS::ApiGateway::Account': ['CloudWatchRoleArn'],
  'AWS::ApplicationAutoScaling::ScalableTarget': ['RoleARN'],
  'AWS::Events::Rule': ['Targets[].RoleArn'],
  'AWS::Scheduler::Schedule': ['Target.RoleArn'],
  'AWS::StepFunctions::StateMachine': ['RoleArn'],
  'AWS::ECS::TaskDefinition': ['TaskRoleArn', 'ExecutionRoleArn'],
};

/**
 * Whoever acts with a role waits for all of its policies. CloudFormation orders by reference alone, and a role is complete before the
 * policies that name it. So a function is refused ("The provided execution role does not have permissions to call PutTraceSegments on
 * XRAY", serverless/serverless#6931), and a service's first tasks cannot pull their image and trip the circuit breaker.
 */
export const rolesAreComplete: DeploymentRule = {
  id: 'roles-are-complete',
  source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html',
  check: template => template.resources.flatMap(user => {
    const waited = template.waitsFor(user.id);
    return rolesOf(template, user).flatMap(role => policiesOf(template, role.id).map(({ id }) => ({ id, role: role.id })))
      .filter(({ id }) => !waited.has(id))
      .map(({ id, role }) => `${user.id} acts with ${role} and does not wait for its policy ${id}`);
  }),
};

function rolesOf(template: DeployedTemplate, user: DeployedResource): DeployedResource[] {
  // A definition starts nothing; the service that runs it does.
  if (user.type === 'AWS::ECS::TaskDefinition') return [];
  if (user.type === 'AWS::ECS::Service') return actsWith(template, template.named(user.properties.TaskDefinition));
  // CloudFormation calls the function of a custom resource as soon as it gets there.
  if (user.properties.ServiceToken !== undefined) return actsWith(template, template.named(user.properties.ServiceToken));
  return actsWith(template, user);
}

function actsWith(template: DeployedTemplate, user: DeployedResource | undefined): DeployedResource[] {
  return list(user && ROLES_AT[user.type]).flatMap(path => valuesAt(user!.properties, path))
    .map(value => template.named(value)).filter((role): role is DeployedResource => role?.type === 'AWS::IAM::Role');
}
