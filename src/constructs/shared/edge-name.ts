import { Names, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';

const LONGEST_REGION = 'ap-southeast-1'.length + 2;

/**
 * A name for something that CloudFront keeps once per account. CDK derives it from the path alone, so that a stack of the same name in
 * a second region would be refused (aws/aws-cdk#34336); the region makes it unique.
 *
 * @param suffix tells apart what one scope has several of
 */
export function edgeName(scope: Construct, suffix: string, maxLength: number): string {
  const name = Names.uniqueResourceName(scope, { maxLength: maxLength - LONGEST_REGION - suffix.length - 2, separator: '-' });
  return `${name}-${suffix}-${Stack.of(scope).region}`;
}
