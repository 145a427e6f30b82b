import type { ServerResponse } from 'node:http';
import { element, xmlDocument } from '../../xml';
import { Authorization } from '../authorization';
import { sendXml } from '../call';
import { BucketDefinition } from '../types';

/** CloudFormation would tell when it made the bucket; here it is there from the start. */
const CREATED = '2024-01-01T00:00:00.000Z';

export function listBuckets(response: ServerResponse, authorization: Authorization, buckets: readonly BucketDefinition[]): void {
  authorization.account('s3:ListAllMyBuckets');
  const names = buckets.map(({ name }) => name).sort();
  sendXml({ response }, xmlDocument('ListAllMyBucketsResult', [
    element('Owner', [element('ID', 'local')]),
    element('Buckets', names.map(name => element('Bucket', [element('Name', name), element('CreationDate', CREATED)]))),
  ]));
}
