import { xmlDocument } from '../../xml';
import { Call, sendEmpty, sendXml } from '../call';

export async function headBucket(call: Call): Promise<void> {
  call.authorization.bucket(call.bucket.definition, 's3:ListBucket');
  sendEmpty(call, 200, { 'x-amz-bucket-region': call.service.region });
}

export async function getBucketLocation(call: Call): Promise<void> {
  call.authorization.bucket(call.bucket.definition, 's3:GetBucketLocation');
  // The oldest region is the one without a name.
  const region = call.service.region === 'us-east-1' ? '' : call.service.region;
  sendXml(call, xmlDocument('LocationConstraint', region));
}
