import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { IPlatformNetwork } from '../network/platform-network';

/**
 * A cluster with both Fargate capacity providers and Container Insights.
 *
 * The providers are attached here and not by CDK's own flag, which attaches them so late in synthesis that no service can
 * be made to wait for them; and a service that is created first fails.
 */
export class FfmpegCluster extends ecs.Cluster {
  constructor(scope: Construct, id: string, network: IPlatformNetwork) {
    super(scope, id, { vpc: network.vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
    const capacity = new ecs.CfnClusterCapacityProviderAssociations(this, 'Capacity', {
      cluster: this.clusterName,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    });
    // The first cluster of an account creates the service-linked role of ECS, which cannot be assumed at once: the association fails with
    // "Unable to assume the service linked role" (aws-cloudformation/cloudformation-coverage-roadmap#818). Endpoints take minutes.
    capacity.node.addDependency(network);
  }
}
