import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';

/**
 * A cluster with both Fargate capacity providers and Container Insights.
 *
 * The providers are attached here and not by CDK's own flag, which attaches them so late in synthesis that no service can
 * be made to wait for them; and a service that is created first fails.
 */
export class FfmpegCluster extends ecs.Cluster {
  constructor(scope: Construct, id: string, vpc: ec2.IVpc) {
    super(scope, id, { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED });
    new ecs.CfnClusterCapacityProviderAssociations(this, 'Capacity', {
      cluster: this.clusterName,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    });
  }
}
