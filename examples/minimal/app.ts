/** The whole platform in one stack. */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EnvironmentProfile, VideoPlatformStack } from 'cdk-video-platform';

export const app = new App({ context: { '@aws-cdk/core:strictCfnValidateErrors': true } });

new VideoPlatformStack(app, 'Videos', {
  // us-east-1 is where CloudFront wants its web ACL, so that one stack is enough.
  env: { account: '111122223333', region: 'us-east-1' },
  profile: EnvironmentProfile.dev(),
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
