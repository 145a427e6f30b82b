import { CfnOutput, Stack, StackProps } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { EnvironmentProfile, VideoFirewall } from '../constructs';

/** Properties of `VideoEdgeStack`. */
export interface VideoEdgeStackProps extends StackProps {
  /** Lifetime of its logs; the same as the platform's. */
  readonly profile: EnvironmentProfile;

  /**
   * Names that viewers use, such as `videos.example.com`. A certificate is requested for them.
   *
   * @default - none, and no certificate
   */
  readonly domainNames?: string[];

  /**
   * The hosted zone of `domainNames`, where the certificate proves itself.
   *
   * @default - the deployment waits until you have added the records that ACM asks for by hand
   */
  readonly hostedZone?: route53.IHostedZone;

  /**
   * Requests that one IP address may send in five minutes.
   *
   * @default 2000
   */
  readonly requestsPerIp?: number;
}

/**
 * The part of a platform that CloudFront wants in us-east-1: its web ACL and its certificate. Pass it as `edge` to a
 * `VideoPlatformStack` of any region.
 */
export class VideoEdgeStack extends Stack {
  /** The web ACL for CloudFront, with its log. */
  public readonly firewall: VideoFirewall;
  /** ARN of the web ACL, for `webAclArn`. */
  public readonly webAclArn: string;
  /** The certificate of `domainNames`. */
  public readonly certificate?: acm.Certificate;
  /** The names that the certificate is for. */
  public readonly domainNames?: string[];
  /** The hosted zone of the names. */
  public readonly hostedZone?: route53.IHostedZone;

  /**
   * @throws when `env.region` is given and is not us-east-1.
   */
  constructor(scope: Construct, id: string, props: VideoEdgeStackProps) {
    super(scope, id, {
      description: 'Video platform: web ACL and certificate for CloudFront',
      terminationProtection: props.profile.deletionProtection,
      crossRegionReferences: true,
      ...props,
      env: { region: 'us-east-1', ...props.env },
    });
    const { logRetention, removalPolicy } = props.profile;
    this.firewall = new VideoFirewall(this, 'Firewall', { requestsPerIp: props.requestsPerIp, logRetention, removalPolicy });
    this.webAclArn = this.firewall.webAclArn;
    this.domainNames = props.domainNames;
    this.hostedZone = props.hostedZone;
    if (props.domainNames?.length) {
      const [domainName, ...subjectAlternativeNames] = props.domainNames;
      this.certificate = new acm.Certificate(this, 'Certificate', {
        domainName, subjectAlternativeNames, validation: acm.CertificateValidation.fromDns(props.hostedZone),
      });
    }
    new CfnOutput(this, 'WebAclArn', { value: this.webAclArn, description: 'Web ACL for the distribution' });
  }
}
