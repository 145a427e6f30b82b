/** DEV, UAT and PROD: the same platform three times, each in its own account, PROD with a web ACL in us-east-1. */
import { App, Validations } from 'aws-cdk-lib';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EnvironmentProfile, VideoEdgeStack, VideoPlatformStack } from 'cdk-video-platform';

const REGION = 'eu-west-1';
const ENVIRONMENTS = [
  { name: 'Dev', account: '111111111111', profile: EnvironmentProfile.dev() },
  { name: 'Uat', account: '222222222222', profile: EnvironmentProfile.uat() },
  { name: 'Prod', account: '333333333333', profile: EnvironmentProfile.prod() },
];

export const app = new App({ context: { '@aws-cdk/core:strictCfnValidateErrors': true } });

for (const { name, account, profile } of ENVIRONMENTS) {
  // The profile says where a web ACL for the distribution is worth its price.
  const edge = profile.distributionWebAcl ? new VideoEdgeStack(app, `${name}VideosEdge`, { env: { account }, profile }) : undefined;
  const { platform } = new VideoPlatformStack(app, `${name}Videos`, { env: { account, region: REGION }, profile, edge });

  const onCall = sns.Topic.fromTopicArn(platform, 'OnCall', `arn:aws:sns:${REGION}:${account}:on-call`);
  platform.alarms.notify(onCall);
}

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
