import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

/** A and AAAA records, for each name. */
export function createAliasRecords(
  scope: Construct, zone: route53.IHostedZone, distribution: cloudfront.IDistribution, domainNames: readonly string[],
): void {
  const target = route53.RecordTarget.fromAlias(new targets.CloudFrontTarget(distribution));
  for (const [index, recordName] of domainNames.entries()) {
    // A name that ends with a dot is complete; CDK would otherwise add the zone's name when that is not known.
    const record = { zone, target, recordName: recordName.endsWith('.') ? recordName : `${recordName}.` };
    new route53.ARecord(scope, `Alias${index}`, record);
    new route53.AaaaRecord(scope, `AliasV6${index}`, record);
  }
}
