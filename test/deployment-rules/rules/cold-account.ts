import { DeployedTemplate } from '../deployed-template';
import { DeploymentRule } from '../rule';

/** Takes half a minute or more to create, so that whoever waits for it comes late enough. */
const SLOW = ['AWS::EC2::VPCEndpoint', 'AWS::EC2::NatGateway', 'AWS::CloudFront::Distribution'];

/**
 * The first cluster of an account makes the service-linked role of ECS, which cannot be assumed at once: capacity providers that follow
 * directly fail with "Unable to assume the service linked role" (aws-cloudformation/cloudformation-coverage-roadmap#818). A template with
 * a network of its own can wait for that; where the network is given, `cdk-video-platform doctor` asks for the role.
 */
export const capacityComesLate: DeploymentRule = {
  id: 'capacity-comes-late',
  source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html',
  check: template => template.ofType('AWS::ECS::ClusterCapacityProviderAssociations')
    .filter(() => template.ofType('AWS::EC2::VPC').length > 0)
    .filter(({ id }) => ![...template.waitsFor(id)].some(each => SLOW.includes(template.find(each)!.type)))
    .map(({ id }) => `${id} follows its cluster at once, when the service-linked role of ECS cannot be assumed yet`),
};

/** An account has such a role once, so that a template that makes it fails in every account that is not new: "has been taken in this account". */
export const noServiceLinkedRoles: DeploymentRule = {
  id: 'no-service-linked-roles',
  source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html',
  check: template => template.ofType('AWS::IAM::ServiceLinkedRole').map(({ id }) => `${id} makes a role that the account may have already`),
};

/** A service that is created before its cluster has the capacity providers that it names is refused. */
export const servicesWaitForCapacity: DeploymentRule = {
  id: 'services-wait-for-capacity',
  source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html',
  check: (template: DeployedTemplate) => template.ofType('AWS::ECS::Service').filter(({ properties }) => properties.CapacityProviderStrategy).flatMap(({ id, properties }) => {
    const cluster = template.named(properties.Cluster);
    const capacity = template.ofType('AWS::ECS::ClusterCapacityProviderAssociations').find(each => template.named(each.properties.Cluster)?.id === cluster?.id);
    return cluster && capacity && !template.waitsFor(id).has(capacity.id) ? [`${id} does not wait for ${capacity.id}`] : [];
  }),
};
