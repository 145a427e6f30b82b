/** The platform in a landing zone: network, key, queues, cluster, image and user pool are there already. */
import { App, Duration, Size, Stack, Validations } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EnvironmentProfile, LadderProfile, PlatformNetwork, ProcessingQueue, VideoPlatform } from 'cdk-video-platform';

const REGION = 'eu-central-1';
const ACCOUNT = '111122223333';

export const app = new App({ context: { '@aws-cdk/core:strictCfnValidateErrors': true } });
const stack = new Stack(app, 'LandingZoneVideos', { env: { account: ACCOUNT, region: REGION } });

// Attributes, not look-ups: the app synthesizes without credentials.
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  vpcCidrBlock: '10.20.0.0/16',
  availabilityZones: ['a', 'b', 'c'].map(zone => `${REGION}${zone}`),
  isolatedSubnetIds: ['subnet-0aaaaaaaaaaaaaaa1', 'subnet-0aaaaaaaaaaaaaaa2', 'subnet-0aaaaaaaaaaaaaaa3'],
  isolatedSubnetRouteTableIds: ['rtb-0aaaaaaaaaaaaaaa1', 'rtb-0aaaaaaaaaaaaaaa2', 'rtb-0aaaaaaaaaaaaaaa3'],
});

// One key for everything. A new one here; an imported key's policy must name EventBridge, CloudFront and CloudWatch Logs itself.
const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });

const deadLetterQueue = new sqs.Queue(stack, 'DeadLetters', {
  enforceSSL: true, encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: encryptionKey, retentionPeriod: Duration.days(14),
});
const jobs = new sqs.Queue(stack, 'Jobs', {
  enforceSSL: true,
  encryption: sqs.QueueEncryption.KMS,
  encryptionMasterKey: encryptionKey,
  visibilityTimeout: Duration.minutes(5),
  receiveMessageWaitTime: Duration.seconds(20),
  deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
});

new VideoPlatform(stack, 'Videos', {
  profile: EnvironmentProfile.prod({ maxTasks: 20 }),
  encryptionKey,
  network: PlatformNetwork.fromVpc(stack, 'Network', { vpc }),
  queue: ProcessingQueue.fromQueues(stack, 'Queue', {
    queue: jobs, deadLetterQueue, visibilityTimeout: Duration.minutes(5), maxReceiveCount: 5,
  }),
  cluster: ecs.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc }),
  image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'video/processor'), '1.4.2'),
  userPool: cognito.UserPool.fromUserPoolId(stack, 'Employees', `${REGION}_Example01`),
  callbackUrls: ['https://videos.example.com/'],
  allowedOrigins: ['https://videos.example.com'],
  // The web ACL that the site team keeps in us-east-1.
  webAclArn: `arn:aws:wafv2:us-east-1:${ACCOUNT}:global/webacl/site/00000000-0000-0000-0000-000000000000`,
  maxUploadSize: Size.gibibytes(2),
  ladder: LadderProfile.mobile(),
});

Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
