import { ArnFormat, Names, Stack, Token } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AWS_LIMITS, AWS_NAMES } from '../../runtime/contract';
import { validateRules } from '../shared/validation';

/** Properties of `DistributionLogs`. */
export interface DistributionLogsProps {
  /** The distribution whose requests are logged. */
  readonly distribution: cloudfront.IDistribution;

  /**
   * Where log files go, below `AWSLogs/ACCOUNT/CloudFront/`. Any region, opt-in regions too; no ACL is needed. The policy of a bucket
   * that this app does not own is left alone; it must let delivery.logs.amazonaws.com put objects.
   */
  readonly bucket: s3.IBucket;
}

/** Where CloudFront's part of log delivery lives, whatever region the bucket is in (developer guide, "Standard logging (v2)"). */
export const EDGE_REGION = AWS_NAMES.edgeRegion.value;

/** What one wants to know of a request. Query strings and cookies are left out: they may hold personal data and credentials. */
const FIELDS = [
  'date', 'time', 'x-edge-location', 'sc-bytes', 'c-ip', 'cs-method', 'cs(Host)', 'cs-uri-stem', 'sc-status', 'cs(Referer)', 'cs(User-Agent)',
  'x-edge-result-type', 'x-edge-request-id', 'x-host-header', 'cs-protocol', 'cs-bytes', 'time-taken', 'ssl-protocol', 'ssl-cipher',
  'x-edge-response-result-type', 'cs-protocol-version', 'time-to-first-byte', 'x-edge-detailed-result-type', 'sc-content-type',
  'sc-content-len', 'sc-range-start', 'sc-range-end',
];

/**
 * Access logs of a distribution by CloudFront's standard logging v2: JSON, chosen fields, buckets in every region.
 *
 * `VideoDistribution` has it built in where its stack is in us-east-1. Elsewhere, put it into a stack in us-east-1 that comes after.
 */
export class DistributionLogs extends Construct {
  /**
   * @throws when the stack is not in us-east-1: CloudFront delivers its logs from there alone.
   */
  constructor(scope: Construct, id: string, props: DistributionLogsProps) {
    super(scope, id);
    const { region, stackName } = Stack.of(this);
    validateRules(this, [{
      broken: !Token.isUnresolved(region) && region !== EDGE_REGION,
      message: () => `CloudFront's standard logging v2 is set up in ${EDGE_REGION} alone, got stack '${stackName}' in '${region}'. `
        + `Put DistributionLogs into a stack with env: { region: '${EDGE_REGION}' } and crossRegionReferences: true.`,
    }]);
    const policy = this.letDelivery(props.bucket);
    const name = Names.uniqueResourceName(this, { maxLength: AWS_LIMITS.deliveryName.value, separator: '-' });
    const source = new logs.CfnDeliverySource(this, 'Source', {
      name, logType: 'ACCESS_LOGS', resourceArn: this.arnOf(props.distribution),
    });
    const destination = new logs.CfnDeliveryDestination(this, 'Destination', {
      name, destinationResourceArn: props.bucket.bucketArn, outputFormat: 'json',
    });
    if (policy) destination.node.addDependency(policy);
    const delivery = new logs.CfnDelivery(this, 'Delivery', {
      deliverySourceName: source.name, deliveryDestinationArn: destination.attrArn, recordFields: FIELDS, s3SuffixPath: '/{yyyy}/{MM}/{dd}',
    });
    delivery.node.addDependency(source);
  }

  private arnOf({ distributionId }: cloudfront.IDistribution): string {
    return Stack.of(this).formatArn({
      service: 'cloudfront', region: '', resource: 'distribution', resourceName: distributionId, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  /** CloudWatch Logs user guide, "Logs sent to Amazon S3" (V2 permissions). */
  private letDelivery(bucket: s3.IBucket) {
    const { account } = Stack.of(this);
    return bucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'CloudFrontLogDelivery',
      principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${account}/*`)],
      conditions: {
        StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': account },
        ArnLike: {
          'aws:SourceArn': Stack.of(this).formatArn({
            service: 'logs', region: EDGE_REGION, resource: 'delivery-source', resourceName: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    })).policyDependable;
  }
}
