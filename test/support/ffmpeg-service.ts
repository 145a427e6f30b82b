import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { newStack } from './template-facts';
import { FfmpegFargateService } from '../../src/constructs/processing/ffmpeg-fargate-service';
import { FfmpegFargateServiceProps } from '../../src/constructs/processing/ffmpeg-fargate-service-props';
import { ProcessingQueue, ProcessingQueueProps } from '../../src/constructs/queue/processing-queue';
import { VideoBucket } from '../../src/constructs/storage/video-bucket';
import { VideoCatalog } from '../../src/constructs/storage/video-catalog';

export type OwnProps = Partial<FfmpegFargateServiceProps> & { readonly queueProps?: ProcessingQueueProps };

export const ENV = { account: '111122223333', region: 'eu-west-1' };

/** The service with new parts around it, unless others are given. */
export function create(props: OwnProps | ((stack: Stack) => OwnProps) = {}): { stack: Stack; service: FfmpegFargateService } {
  const stack = newStack({ env: ENV });
  const { queueProps, ...rest } = typeof props === 'function' ? props(stack) : props;
  const service = new FfmpegFargateService(stack, 'Processor', {
    bucket: new VideoBucket(stack, 'Videos'),
    catalog: new VideoCatalog(stack, 'Catalog'),
    queue: new ProcessingQueue(stack, 'Jobs', queueProps),
    // A repository of the user's: what these tests look at does not depend on the bundle.
    image: ecs.ContainerImage.fromEcrRepository(ecr.Repository.fromRepositoryName(stack, 'Repository', 'worker'), '1.0'),
    ...rest,
  });
  return { stack, service };
}

export function synth(
  props?: OwnProps | ((stack: Stack) => OwnProps),
): { stack: Stack; service: FfmpegFargateService; template: Template } {
  const { stack, service } = create(props);
  return { stack, service, template: Template.fromStack(stack) };
}
