import { Stack, StackProps, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { VideoEdgeStack } from './video-edge-stack';
import { VideoPlatform, VideoPlatformProps } from '../constructs';

/** Properties of `VideoPlatformStack`. */
export interface VideoPlatformStackProps extends StackProps, VideoPlatformProps {
  /**
   * The us-east-1 half: its web ACL, certificate and names are used unless given here.
   *
   * @default - none
   */
  readonly edge?: VideoEdgeStack;
}

/**
 * One environment: a `VideoPlatform` in a stack of its own.
 *
 * @example
 * new VideoPlatformStack(app, 'Videos', { env: { account: '111122223333', region: 'us-east-1' }, profile: EnvironmentProfile.dev() });
 */
export class VideoPlatformStack extends Stack {
  /** The platform that this stack holds. */
  public readonly platform: VideoPlatform;

  constructor(scope: Construct, id: string, props: VideoPlatformStackProps) {
    const { edge } = props;
    super(scope, id, {
      description: `Video platform (${props.profile.name})`,
      terminationProtection: props.profile.deletionProtection,
      // CloudFormation alone cannot hand the web ACL's ARN from us-east-1 to another region.
      crossRegionReferences: edge ? true : undefined,
      ...props,
    });
    if (edge && Token.isUnresolved(this.region)) {
      throw new Error(`${this.node.path}: an edge stack is in us-east-1 and hands its web ACL over by its region's name, and the region of this stack is not `
        + 'known at synthesis. Pass env: { account, region } to both stacks, or leave edge out.');
    }
    this.platform = new VideoPlatform(this, 'Platform', {
      ...props,
      webAclArn: props.webAclArn ?? edge?.webAclArn,
      certificate: props.certificate ?? edge?.certificate,
      domainNames: props.domainNames ?? edge?.domainNames,
      hostedZone: props.hostedZone ?? edge?.hostedZone,
    });
  }
}
